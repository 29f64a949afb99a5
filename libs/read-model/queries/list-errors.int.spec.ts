import type { Pool } from 'pg';
import { testDatabase } from '@mps-ledger/testing';
import type { TestDatabase } from '@mps-ledger/testing';
import { TOPICS } from '@mps-ledger/records';
import { projectionSchema } from '../default-schema';
import { migrate } from '../migrate';
import { readModelIn, type ReadModel } from '../read-model';
import { adoptLog } from '../write/checkpoint';
import { listErrors } from './list-errors';

jest.setTimeout(120_000);

/** Each failure is a group of its own, and each day has three more than the one before. */
const DAYS = 11;
const DAY_MS = 86_400_000;
const FIRST = Date.UTC(2026, 10, 2);
const RANGE = [new Date(FIRST).toISOString(), new Date(FIRST + DAYS * DAY_MS).toISOString()] as const;
const PAGE = { range: RANGE, after: null, limit: 100 };
const EVERYTHING = { sums: 1_000_000, bytes: 0 };

let database: TestDatabase;
let pool: Pool;
let model: ReadModel;

beforeAll(async () => {
  database = await testDatabase({ template: { name: 'read_model', prepare: (url) => migrate(url, projectionSchema) } });
  pool = database.pool({ max: 1 });
  model = readModelIn(projectionSchema, pool);
  const log = { logId: 'plantedlog01', logGeneration: 1, eventGeneration: 1, partitions: 4 };
  await adoptLog(model, log, 1, [TOPICS.events]);
  await pool.query(`CREATE TEMP TABLE f AS
    SELECT decode(md5(day || '/' || n), 'hex') AS key, n, timestamptz '2026-11-02Z' + day * interval '1 day' + n % 24 * interval '1 hour' AS ended
    FROM generate_series(0, ${DAYS - 1}) day, generate_series(1, 10 + 3 * day) n`);
  await pool.query(`INSERT INTO tasks_v1.failure (task_key, group_key, hour, account, first_ended, last_ended, count)
    SELECT key, key, ended, 'a', ended, ended, 1 FROM f`);
  await pool.query(`INSERT INTO tasks_v1.error_group (group_key, account, partition, kind, subtask_kind, definition, error_code, error_class, message, count)
    SELECT key, 'a', 0, 'workflow', '', '', (n % 3)::text, 'unknown', n::text, 1 FROM f`);
  for (const [hours, unit] of [
    [1, 'hour'],
    [24, 'day'],
  ])
    await pool.query(`INSERT INTO tasks_v1.error_count (hours, start, group_key, account, partition, count)
      SELECT ${hours}, date_trunc('${unit}', ended, 'UTC'), key, 'a', 0, 1 FROM f`);
});
afterAll(() => database.close());

/** As many as these days have, from the newest back. */
const sumsOf = (days: number): number =>
  Array.from({ length: days }, (_, n) => 10 + 3 * (DAYS - 1 - n)).reduce((sum, one) => sum + one, 0);

describe('a range with more sums than are looked at', () => {
  it('is counted from the day on from which all can be, which is said', async () => {
    const all = await listErrors(model, 'all', {}, PAGE, EVERYTHING);
    expect([all.countedFrom, all.failures]).toEqual([null, sumsOf(DAYS)]);
    for (let sums = 1; sums <= sumsOf(DAYS) + 1; sums += 7) {
      const days = Array.from({ length: DAYS }, (_, n) => n + 1).filter((n) => sumsOf(n) <= sums).length;
      const { countedFrom, ...counted } = await listErrors(model, 'all', {}, PAGE, { sums, bytes: 0 });
      // The newest day in any case.
      const from = new Date(FIRST + (DAYS - Math.max(1, days)) * DAY_MS).toISOString();
      expect([sums, countedFrom]).toEqual([sums, days === DAYS ? null : from]);
      const asked = await listErrors(model, 'all', {}, { ...PAGE, range: [from, RANGE[1]] }, EVERYTHING);
      expect({ ...counted, countedFrom: null }).toEqual({ ...asked, freshness: counted.freshness });
    }
  });

  it('is counted by hours where hours were asked for', async () => {
    const range = ['2026-11-12T01:00:00.000Z', '2026-11-12T23:00:00.000Z'] as const;
    const all = await listErrors(model, 'all', {}, { ...PAGE, range }, EVERYTHING);
    const { countedFrom, failures } = await listErrors(model, 'all', {}, { ...PAGE, range }, { sums: 20, bytes: 0 });
    expect(countedFrom).toMatch(/^2026-11-12T\d\d:00:00.000Z$/);
    expect([failures <= 20, failures > 15, failures < all.failures]).toEqual([true, true, true]);
  });

  it('has the same groups by a filter as without one, of these', async () => {
    const limits = { sums: sumsOf(4), bytes: 0 };
    const { items } = await listErrors(model, 'all', {}, { ...PAGE, limit: 200 }, limits);
    for (const error_code of ['0', '1', '2', '3']) {
      const filtered = await listErrors(model, 'all', { error_code: [error_code] }, { ...PAGE, limit: 200 }, limits);
      expect(filtered.items).toEqual(items.filter((item) => String(item.error_code ?? '') === error_code));
      expect(filtered.failures).toBe(filtered.items.length);
    }
  });

  it('is not looked for in a table that is too small to have one', async () => {
    const found = await listErrors(model, 'all', {}, PAGE, { sums: 1, bytes: 1_000_000_000 });
    expect([found.countedFrom, found.failures]).toEqual([null, sumsOf(DAYS)]);
  });
});
