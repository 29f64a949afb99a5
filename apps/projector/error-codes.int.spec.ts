import * as fc from 'fast-check';
import type { Pool } from 'pg';
import { projectionSchema as schema } from '@mps-ledger/read-model';
import { decodeState, describeTask, shownErrorCodes } from '@mps-ledger/tasks';
import { checkAsyncProperty } from '@mps-ledger/spec-kit';
import { testDatabase } from '@mps-ledger/testing';
import type { TestDatabase } from '@mps-ledger/testing';
import { PartitionLog, taskIdIn, transcode, workflow } from './testing/partition-log';
import { emptyProjection, handProjector, PROJECTION_TEMPLATE } from './testing/projection';

jest.setTimeout(120_000);

let database: TestDatabase;
let pool: Pool;
beforeAll(async () => {
  database = await testDatabase({ template: PROJECTION_TEMPLATE });
  pool = database.pool();
});
afterAll(() => database.close());
beforeEach(() => emptyProjection(pool));

const failed = (definition: number, ErrCode: number | string): object => transcode(definition, 'FAIL', { ErrCode });

async function rows(): Promise<readonly object[]> {
  const sql = `SELECT error_code, status, outcome, session_id FROM ${schema}.task_error_code ORDER BY task_key, error_code`;
  return (await pool.query<object>(sql)).rows;
}

/** Which transactions wrote the rows last. */
async function writers(): Promise<readonly unknown[]> {
  const found = await pool.query(`SELECT xmin::text FROM ${schema}.task_error_code ORDER BY task_key, error_code`);
  return found.rows.map((row: { xmin: unknown }) => row.xmin);
}

describe('the error codes of a task', () => {
  const taskId = taskIdIn(1, 'task');
  let log: PartitionLog;
  const notify = async (...notified: Parameters<PartitionLog['notify']>): Promise<void> => {
    log.notify(...notified);
    await handProjector({ pool }).catchUp(log);
  };
  beforeEach(() => {
    log = new PartitionLog(1);
  });

  it('are rows of their own, each with what the task is by now', async () => {
    await notify({ body: workflow(taskId, 'PROCESSING', [failed(1, 30010), transcode(2, 'PROCESSING')]) });
    expect(await rows()).toEqual([{ error_code: '30010', status: 'processing', outcome: null, session_id: null }]);
    const finished = workflow(taskId, 'FINISH', [failed(1, 30010), failed(2, 'X'), transcode(3, 'SUCCESS')]);
    await notify({ body: { ...finished, SessionId: 's' } });
    const end = { status: 'finished', outcome: 'partially-failed', session_id: 's' };
    expect(await rows()).toEqual([
      { error_code: '30010', ...end },
      { error_code: 'X', ...end },
    ]);
  });

  it('are written only when they, or what the task is, have changed', async () => {
    const body = workflow(taskId, 'FINISH', [failed(1, 30010), transcode(2, 'SUCCESS')]);
    await notify({ body });
    const before = await writers();
    await notify({ body });
    await notify({ body: workflow(taskId, 'PROCESSING', [transcode(2, 'PROCESSING', { Progress: 7 })]) });
    expect(await writers()).toEqual(before);
    await notify({ body: workflow(taskId, 'FINISH', [], { ErrCode: 40000 }) });
    expect(await writers()).not.toContain(before[0]);
    expect(await rows()).toMatchObject([{ outcome: 'failed' }, { error_code: '40000' }]);
  });

  it('are removed when the task shows them no longer', async () => {
    await notify({ body: workflow(taskId, 'FINISH', [], { ErrCode: 40000 }) });
    expect(await rows()).toMatchObject([{ error_code: '40000', outcome: 'failed' }]);
    await notify({ body: workflow(taskId, 'FINISH', [transcode(1, 'SUCCESS')]), trust: 'reconciled' });
    expect(await rows()).toEqual([]);
  });

  it('are one row where they are equal once sanitised, and none where they are too long for the filter', async () => {
    const long = 'x'.repeat(201);
    await notify({ body: workflow(taskId, 'FINISH', [failed(1, 'a\0'), failed(2, 'a\u0001'), failed(3, long)]) });
    expect(await rows()).toMatchObject([{ error_code: 'a\ufffd' }]);
  });
});

/** What the rows should be, by the state of each task. */
async function expectedRows(): Promise<readonly string[]> {
  const { rows: tasks } = await pool.query<Record<string, string>>(
    `SELECT t.task_id, t.status, t.outcome, t.kind, t.account, t.session_id, t.first_received::text, s.state
     FROM ${schema}.task t JOIN ${schema}.task_state s USING (task_key)`,
  );
  return tasks
    .flatMap(({ state = '', ...task }) => {
      const codes = [...shownErrorCodes(describeTask(decodeState(state), 0))];
      return codes.map((error_code) => JSON.stringify({ error_code, ...task }));
    })
    .sort();
}

async function actualRows(): Promise<readonly string[]> {
  const found = await pool.query(
    `SELECT c.error_code, t.task_id, c.status, c.outcome, c.kind, c.account, c.session_id, c.first_received::text
     FROM ${schema}.task_error_code c LEFT JOIN ${schema}.task t USING (task_key)`,
  );
  return found.rows.map((row) => JSON.stringify(row)).sort();
}

/** Rows of the lists by last update that the other rows do not come to, or that are missing. */
async function updatedAmiss(): Promise<readonly unknown[]> {
  const expected = `SELECT task_key, '' AS code, account, kind, status, outcome, CASE error_code WHEN '0' THEN '0' END, confirmation,
      contradicted, parked, session_id, first_received, updated FROM ${schema}.task
    UNION ALL SELECT c.task_key, c.error_code, c.account, c.kind, c.status, c.outcome, NULL, c.confirmation, c.contradicted, c.parked,
      c.session_id, c.first_received, t.updated FROM ${schema}.task_error_code c JOIN ${schema}.task t USING (task_key)`;
  const actual = `SELECT * FROM ${schema}.task_updated`;
  const { rows: amiss } = await pool.query(
    `(${expected} EXCEPT ALL ${actual}) UNION ALL (${actual} EXCEPT ALL (${expected}))`,
  );
  return amiss;
}

describe('the rows by error code, and those by last update', () => {
  it('are those that the tasks show, after each batch, however batches are cut and delivered again', async () => {
    const log = new PartitionLog(3);
    const codes = [0, 30010, 40000, 'X', 70000];
    for (let n = 0; n < 30; n += 1) {
      const parts = [failed(n % 3, codes[n % 4]!), transcode(n % 2, n % 5 === 0 ? 'FAIL' : 'PROCESSING')];
      const ended = { ErrCode: codes[(n * 7) % 5], FinishTime: `2026-11-22T0${n % 7}:00:00Z` };
      const body = workflow(taskIdIn(3, `t${n % 4}`), n % 3 === 0 ? 'FINISH' : 'PROCESSING', parts, ended);
      log.notify({ body: { ...body, SessionId: `s${n % 2}` }, trust: n % 3 === 1 ? 'reconciled' : 'file' });
    }
    const deliveries = fc.array(fc.record({ size: fc.integer({ min: 1, max: 20 }), back: fc.nat(15) }), {
      minLength: 1,
    });
    let compared = 0;
    await checkAsyncProperty(
      fc.asyncProperty(deliveries, async (given) => {
        await emptyProjection(pool);
        const projector = handProjector({ pool });
        let position = await projector.takeOver(log);
        for (let n = 0; position < log.end; n += 1) {
          const { size, back } = given[n % given.length]!;
          const from = Math.max(0, position - back);
          // Growing: a batch smaller than a notification may be held back, and would be fetched again indefinitely.
          const to = Math.min(log.end, position + size + (n >> 3));
          position = await projector.consume(log.batch(from, to));
          const expected = await expectedRows();
          expect(await actualRows()).toEqual(expected);
          expect(await updatedAmiss()).toEqual([]);
          compared += expected.length;
        }
      }),
      10,
    );
    expect(compared).toBeGreaterThan(100);
  });
});
