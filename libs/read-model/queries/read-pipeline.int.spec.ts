import type { Pool } from 'pg';
import { plantLists, testDatabase } from '@mps-ledger/testing';
import type { TestDatabase } from '@mps-ledger/testing';
import { TOPICS } from '@mps-ledger/records';
import { projectionSchema } from '../default-schema';
import { migrate } from '../migrate';
import { readModelIn } from '../read-model';
import { adoptLog } from '../write/checkpoint';
import { readSources } from './read-pipeline';
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
  await plantLists(pool, { tasks: 10, notifications: 20_000 });
});
afterAll(() => database.close());

describe('the activity of sources', () => {
  it('is that of all rows, by source and account', async () => {
    const { sources, isCut } = await readSources(readModelIn(projectionSchema, pool), 'all');
    const { rows } = await pool.query<{ source: string; account: string; last: Date; rejected: Date | null }>(
      `SELECT source, account, max(received) AS last, max(received) FILTER (WHERE state = 'rejected') AS rejected
       FROM tasks_v1.notification WHERE source IS NOT NULL GROUP BY source, account ORDER BY last DESC, source, account`,
    );
    expect(isCut).toBe(false);
    expect(rows.length).toBeGreaterThan(1);
    expect(sources).toEqual(
      rows.map(({ source, account, last, rejected }) => ({
        ...{ source, account, lastReceived: last.toISOString() },
        lastRejected: rejected === null ? null : rejected.toISOString(),
      })),
    );
  });

  it('reads a few rows for each source, account and class, however many notifications there are', async () => {
    for (const visible of ['all', ['small-7']] as const) {
      const plan = await planOf(pool, (model) => readSources(model, visible), 'ANALYZE, TIMING OFF');
      const { rows } = await pool.query<{ keys: number }>(
        `SELECT count(DISTINCT (source, account, state, kind, trust, task_key IS NULL))::int AS keys
         FROM tasks_v1.notification WHERE source IS NOT NULL`,
      );
      const keys = rows[0]?.keys ?? 0;
      expect(keys).toBeLessThan(4_000);
      expect(rowsRead(plan)).toBeLessThanOrEqual(2 * keys + 2);
    }
  });

  it('says that there are more filter keys than were looked at, also to who sees none of these sources, and only then', async () => {
    const model = readModelIn(projectionSchema, pool);
    const isCut = async () => [(await readSources(model, 'all')).isCut, (await readSources(model, ['nobody'])).isCut];
    const { rows } = await pool.query<{ keys: number }>(
      `SELECT count(DISTINCT (source, account, state, kind, trust, task_key IS NULL))::int AS keys
       FROM tasks_v1.notification WHERE source IS NOT NULL`,
    );
    const left = 2_000 - (rows[0]?.keys ?? 0);
    expect(left).toBeGreaterThan(0);
    const addSources = (from: number, to: number) =>
      pool.query(
        `INSERT INTO tasks_v1.notification SELECT made.* FROM generate_series($1::int, $2::int) n,
           (SELECT one FROM tasks_v1.notification one WHERE source IS NOT NULL LIMIT 1) first,
           jsonb_populate_record(first.one, jsonb_build_object('offset', 90000000 + n, 'notification_id', 'more-' || n, 'source', 'more-' || n)) made`,
        [from, to],
      );
    await addSources(1, left);
    expect(await isCut()).toEqual([false, false]);
    await addSources(left + 1, left + 1);
    expect(await isCut()).toEqual([true, true]);
  });
});
