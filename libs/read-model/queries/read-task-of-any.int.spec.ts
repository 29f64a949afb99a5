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

it('a task of whichever account is found by its TaskId, however many accounts and tasks there are', async () => {
  const { rows } = await pool.query<{ accounts: number; id: string }>(
    'SELECT count(DISTINCT account)::int AS accounts, min(task_id) AS id FROM tasks_v1.task',
  );
  const { accounts = 0, id = '' } = rows[0] ?? {};
  expect(accounts).toBeGreaterThan(10);
  const taskIds = [id, id, id];
  const wanted = taskIds.map((taskId) => ({ taskId, visible: 'all', knownTags: [] }) as const);
  const find = await planOf(pool, (model) => findAccounts(model, 'all', id), 'ANALYZE, TIMING OFF');
  const read = await planOf(pool, (model) => readTasksOfAny(model, wanted), 'ANALYZE, TIMING OFF');
  expect([rowsRead(find), rowsRead(read)]).toEqual([1, 3]);
});
