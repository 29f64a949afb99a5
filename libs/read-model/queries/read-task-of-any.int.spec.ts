import type { Pool } from 'pg';
import { plantLists, testDatabase } from '@mps-ledger/testing';
import type { TestDatabase } from '@mps-ledger/testing';
import { TOPICS } from '@mps-ledger/records';
import { projectionSchema } from '../default-schema';
import { migrate } from '../migrate';
import { readModelIn } from '../read-model';
import { adoptLog } from '../write/checkpoint';
import { findAccounts, readTasksOfAny } from './read-task';
import { planOf, rowsRead } from './testing/query-plan';

jest.setTimeout(120_000);

let database: TestDatabase;
let pool: Pool;

beforeAll(async () => {
  database = await testDatabase({ template: { name: 'read_model', prepare: (url) => migrate(url, projectionSchema) } });
  pool = database.pool({ max: 1 });
  await adoptLog(
    readModelIn(projectionSchema, pool),
    { logId: 'plantedlog01', logGeneration: 1, eventGeneration: 1, partitions: 4 },
    1,
    [TOPICS.events, TOPICS.rejected],
  );
  await plantLists(pool, { tasks: 20_000, notifications: 10 });
});
afterAll(() => database.close());

it('a task of whichever account is found by looks into indexes, a few for each account, however many tasks there are', async () => {
  const { rows } = await pool.query<{ accounts: number }>(
    'SELECT count(DISTINCT account)::int AS accounts FROM tasks_v1.task',
  );
  const accounts = rows[0]?.accounts ?? 0;
  expect(accounts).toBeGreaterThan(2);
  const taskIds = ['a', 'b', 'c'];
  const reads = [
    planOf(pool, (model) => findAccounts(model, 'all', 'a'), 'ANALYZE, TIMING OFF'),
    planOf(
      pool,
      (model) =>
        readTasksOfAny(
          model,
          taskIds.map((taskId) => ({ taskId, visible: 'all', knownTags: [] })),
        ),
      'ANALYZE, TIMING OFF',
    ),
  ];
  for (const plan of reads) {
    const read = rowsRead(await plan);
    expect(read).toBeGreaterThan(0);
    expect(read).toBeLessThanOrEqual(2 * accounts + taskIds.length);
  }
});
