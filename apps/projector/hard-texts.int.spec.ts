import { randomBytes } from 'node:crypto';
import type { Pool } from 'pg';
import { projectionSchema as schema, taskKey } from '@mps-ledger/read-model';
import { encodeState, fold, initialState } from '@mps-ledger/tasks';
import { testDatabase } from '@mps-ledger/testing';
import type { TestDatabase } from '@mps-ledger/testing';
import { PartitionLog, taskIdIn, transcode, workflow } from './testing/partition-log';
import { emptyProjection, handProjector, historyTexts, PROJECTION_TEMPLATE } from './testing/projection';

jest.setTimeout(120_000);

describe('text that databases reject, and large tasks', () => {
  let database: TestDatabase;
  let pool: Pool;
  beforeAll(async () => {
    database = await testDatabase({ template: PROJECTION_TEMPLATE });
    pool = database.pool();
  });
  afterAll(() => database.close());
  beforeEach(() => emptyProjection(pool));

  const nothingParked = async () => expect((await pool.query(`SELECT reason FROM ${schema}.parked`)).rows).toEqual([]);

  const texts: readonly (readonly [string, string])[] = [
    ['NUL', 'a\u0000b'],
    ['a lone high surrogate', 'a\ud800b'],
    ['a lone low surrogate', '\udfff'],
    ['an escape that is spelled out', '\\u0000 \\ud800 \\x00'],
    ['control characters', '\u0001\n\r\t\u007f\u0085'],
    ['noncharacters', '\ufffe\uffff\u{1ffff}'],
    ['right-to-left marks', '\u202e\u200fabc'],
    ['quotes and backslashes', `"'\\\\''$$"`],
    ['the names of prototypes', '__proto__'],
    ['an astral character at the place of the cut', `${'x'.repeat(199)}\u{1f600}`],
    ['1,000 CJK characters', '\u4e2d\u6587'.repeat(500)],
    ['10 kB that do not compress', randomBytes(7_500).toString('base64')],
  ];

  it.each(texts)('keeps a task whose id, session and messages hold %s', async (_, text) => {
    const taskId = taskIdIn(1, text);
    const log = new PartitionLog(1);
    const part = {
      Type: text,
      [`${text}Task`]: { Status: 'FAIL', ErrCode: text, ErrCodeExt: text, Message: text, Input: { Definition: text } },
    };
    const body = workflow(taskId, 'FINISH', [part, transcode(1, 'FAIL', { Message: text, ErrCode: 5 })], {
      Message: text,
      ErrCode: text,
    });
    const events = log.notify({ body: { ...body, SessionId: text, SessionContext: text, [text]: 1 } });
    await handProjector({ pool }).catchUp(log);
    await nothingParked();
    const { rows } = await pool.query(`SELECT * FROM ${schema}.task JOIN ${schema}.task_state USING (task_key)`);
    expect(rows).toHaveLength(1);
    expect(rows[0].task_key).toEqual(taskKey('default', taskId));
    expect(JSON.parse(rows[0].task_id_json)).toBe(taskId);
    expect(rows[0].state).toBe(encodeState(fold(initialState, events)));
    expect(await historyTexts(pool, 1)).toEqual(log.records.slice(1).map(({ value }) => value!.toString()));
  });

  it('keeps TaskIds apart that a database would take for the same', async () => {
    const log = new PartitionLog(1);
    const ids = ['\ud800', '\ud801', '\ufffd', '\u0000', '\u0001', 'a', 'A', 'a '].map((name) => taskIdIn(1, name));
    for (const id of ids) log.notify({ body: workflow(id, 'FINISH') });
    await handProjector({ pool }).catchUp(log);
    const { rows } = await pool.query(`SELECT task_id_json FROM ${schema}.task`);
    expect(rows.map(({ task_id_json }) => JSON.parse(task_id_json)).sort()).toEqual([...new Set(ids)].sort());
  });

  it('keeps a task of 20,000 subtasks from one notification, in batches of 500', async () => {
    const log = new PartitionLog(1);
    const parts = Array.from({ length: 20_000 }, (_, n) => transcode(n + 1, n % 100 === 0 ? 'FAIL' : 'SUCCESS'));
    const events = log.notify({ body: workflow(taskIdIn(1, 'large'), 'FINISH', parts) });
    await handProjector({ pool }).catchUp(log, (from, end) => Math.min(end, from + 500));
    await nothingParked();
    const { rows } = await pool.query(`SELECT status, count(*)::int AS n FROM ${schema}.subtask GROUP BY 1 ORDER BY 1`);
    expect(rows).toEqual([
      { status: 'failed', n: 200 },
      { status: 'succeeded', n: 19_800 },
    ]);
    const task = await pool.query(
      `SELECT outcome, version, state FROM ${schema}.task JOIN ${schema}.task_state USING (task_key)`,
    );
    expect(task.rows[0]).toMatchObject({ outcome: 'partially-failed', version: '1' });
    expect(task.rows[0].state).toBe(encodeState(fold(initialState, events)));
  });
});
