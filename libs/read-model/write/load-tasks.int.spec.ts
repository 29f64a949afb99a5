import type { ClientBase } from 'pg';
import { migrate, projectionSchema as schema, readModelIn, taskKey } from '@mps-ledger/read-model';
import { testDatabase } from '@mps-ledger/testing';
import type { TestDatabase } from '@mps-ledger/testing';
import { loadTasks } from './load-tasks';
import { bytesText } from './rows';
import { inTransaction } from '@mps-ledger/database';

jest.setTimeout(120_000);

describe('loading the tasks of a batch', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await testDatabase({ template: { name: 'read_model', prepare: (url) => migrate(url, schema) } });
  });
  afterAll(() => database.close());

  it('reads no table from end to end, though it was planned while they were empty', async () => {
    const pool = database.pool({ max: 1 });
    const key = bytesText(taskKey('default', 't'));
    const scans = async (client: ClientBase): Promise<number> => {
      const sql = `SELECT sum(seq_scan)::int AS scans FROM pg_stat_xact_user_tables WHERE schemaname = $1 AND relname IN ('task', 'task_state')`;
      return (await client.query<{ scans: number }>(sql, [schema])).rows[0]!.scans;
    };
    /** How many tables are read from end to end in a transaction that loads the task and does this. */
    const scansWith = (more: (client: ClientBase) => Promise<unknown> = async () => undefined) =>
      inTransaction(pool, async (client) => {
        const before = await scans(client);
        await loadTasks(readModelIn(schema, client), [key]);
        await more(client);
        return ['commit', (await scans(client)) - before] as const;
      });
    await pool.query(`VACUUM ANALYZE ${schema}.task, ${schema}.task_state`);
    for (let n = 0; n < 12; n += 1) expect(await scansWith()).toBe(0);
    await pool.query(`INSERT INTO ${schema}.task
      SELECT sha256(n::text::bytea), 'default', n, n, 'workflow', 'finished', 'failed', null, null, false, false, 0, null, 1, null, 0, now(), now()
      FROM generate_series(1, 3000) n`);
    await pool.query(`INSERT INTO ${schema}.task_state SELECT task_key, 1, '{}', '' FROM ${schema}.task`);
    expect(await scansWith()).toBe(0);
    expect(await scansWith((client) => client.query(`SELECT max(updated) FROM ${schema}.task`))).toBe(1);
  });
});
