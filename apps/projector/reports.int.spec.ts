import type { Pool } from 'pg';
import { HOLD_NOTHING } from '@mps-ledger/consuming';
import { migrate, projectionSchema as schema } from '@mps-ledger/read-model';
import { testDatabase } from '@mps-ledger/testing';
import type { TestDatabase } from '@mps-ledger/testing';
import { PartitionLog, taskIdIn, transcode, workflow } from './testing/partition-log';
import { allRows, emptyProjection, handProjector, PROJECTION_TEMPLATE } from './testing/projection';

jest.setTimeout(60_000);

const TABLES = ['failure', 'error_group', 'error_count', 'usage'] as const;

describe('the rows of reports', () => {
  let database: TestDatabase;
  let pool: Pool;
  beforeAll(async () => {
    database = await testDatabase({ template: PROJECTION_TEMPLATE });
    pool = database.pool();
  });
  beforeEach(() => emptyProjection(pool));
  afterAll(() => database.close());

  /** Two partitions of tasks that succeed, fail, and are corrected. */
  async function project(cut?: (from: number, end: number) => number): Promise<void> {
    for (const partition of [1, 2]) {
      const log = new PartitionLog(partition);
      const tasks = ['x', 'y', 'z'].map((name) => taskIdIn(partition, name));
      const said = (n: number, end: string) => transcode(n, end, { ErrCode: n, Message: `step ${n} of 7 failed` });
      for (const [n, taskId] of [...tasks, ...tasks].entries())
        log.notify({ body: workflow(taskId, n < 3 ? 'PROCESSING' : 'FINISH', [said(1, 'FAIL'), said(n, 'SUCCESS')]) });
      log.notify({ body: workflow(tasks[0]!, 'FINISH', [said(1, 'SUCCESS')]), trust: 'queue' });
      await handProjector({ pool, options: { hold: HOLD_NOTHING } }).catchUp(log, cut);
    }
  }

  it('are the same record by record as in one batch; what is corrected leaves none', async () => {
    await project((from, end) => Math.min(end, from + 1));
    const one = await allRows(pool);
    for (const table of TABLES) expect([table, one[table]?.length ?? 0]).not.toEqual([table, 0]);
    await emptyProjection(pool);
    await project();
    const whole = await allRows(pool);
    for (const table of TABLES) expect([table, whole[table]]).toEqual([table, one[table]]);
  });

  it('are written by the migration for tasks that were there before, as projecting them again would', async () => {
    await project();
    const before = await allRows(pool);
    for (const table of TABLES) expect([table, before[table]?.length ?? 0]).not.toEqual([table, 0]);
    await pool.query(`DROP TABLE ${TABLES.map((table) => `${schema}.${table}`).join()}`);
    await pool.query(`DELETE FROM ${schema}.migrations WHERE timestamp = 1700000000010`);
    await migrate(database.url, schema);
    expect(await allRows(pool)).toEqual(before);
  });
});
