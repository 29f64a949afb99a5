import type { Pool } from 'pg';
import { compareBuilds, NotComparable, type BuildComparison, type CompareBuildsOptions } from '@mps-ledger/comparing';
import { migrate, projectionSchema as FROM, readModelIn } from '@mps-ledger/read-model';
import { stateDigest, StatesDigest } from '@mps-ledger/records';
import { decodeState, initialState } from '@mps-ledger/tasks';
import { testDatabase, type TestDatabase } from '@mps-ledger/testing';
import { PlantedLog, type PlantedFact } from '../../apps/query/testing/planted-log';
import { copyRows } from './copied-build';

jest.setTimeout(120_000);

const TO = 'tasks_other';

let database: TestDatabase;
let pool: Pool;
let log: PlantedLog;

const FAILED: PlantedFact = {
  type: 'subtask.failed',
  data: { key: 'Transcode:10:', kind: 'Transcode', definition: '10', error_code: 30010, message: 'no' },
};
const DONE: PlantedFact = {
  type: 'subtask.succeeded',
  data: { key: 'Transcode:20:', kind: 'Transcode', definition: '20', output: { Path: '/a' } },
};
const FINISHED: PlantedFact = { type: 'task.finished', data: { kind: 'workflow', status: 'FINISH', error_code: 0 } };

beforeAll(async () => {
  const prepare = async (url: string) => {
    await migrate(url, FROM);
    await migrate(url, TO);
  };
  database = await testDatabase({ template: { name: 'two_builds', prepare } });
  pool = database.pool();
  log = new PlantedLog(pool);
  await log.adopt();
  for (let n = 0; n < 30; n += 1) {
    const taskId = `task-${n}`;
    await log.hear({ taskId, facts: [{ type: 'task.started', data: { kind: 'workflow', session_id: `s-${n}` } }] });
    await log.hear({ taskId, facts: [FAILED, DONE, FINISHED], ...(n % 2 === 0 && { account: 'default' }) });
  }
  await log.hear({ taskId: 'task-1', account: 'team-a', facts: [FAILED, { ...DONE, parked: 'it is refused' }] });
  await log.hear({ taskId: null, facts: [], reason: 'no TaskId' });
  await log.reject({ id: 'rejected-1', received: '2026-11-22T09:00:00.000Z', reason: 'not-json' });
});

afterAll(() => database.close());

/** Makes the second build equal to the first. */
const copyBuild = (): Promise<void> => copyRows(pool, FROM, TO);

beforeEach(copyBuild);

function compare(more: Partial<CompareBuildsOptions> = {}): Promise<BuildComparison> {
  return compareBuilds({
    ...{ from: readModelIn(FROM, pool), to: readModelIn(TO, pool), patienceMs: 0 },
    ...{ signal: new AbortController().signal, ...more },
  });
}

async function corrupt(sql: string): Promise<void> {
  const { rowCount } = await pool.query(sql.replaceAll(/\bIN\./g, `${TO}.`));
  expect(rowCount).toBeGreaterThan(0);
}

const KEY = `(SELECT task_key FROM ${TO}.task WHERE task_id = 'task-7')`;

describe('two builds of one log', () => {
  it('are equal where their rows are, and have one digest over all states', async () => {
    const compared = await compare();
    expect(compared).toMatchObject({ ok: true, differing: 0, tasks: [], places: [], left: [], truncated: false });
    expect(compared.states.from).toEqual(compared.states.to);
    expect(compared.states.from.tasks).toBe(31);
    const { rows } = await pool.query<{ key: string; state: string | null }>(
      `SELECT encode(task_key, 'hex') AS key, state FROM ${FROM}.task LEFT JOIN ${FROM}.task_state USING (task_key) ORDER BY task_key`,
    );
    const digest = new StatesDigest();
    for (const { key, state } of rows) digest.add(key, stateDigest(state === null ? initialState : decodeState(state)));
    expect(compared.states.from.digest).toBe(digest.end());
    expect(compared.states.history.reduce((sum, { from }) => sum + from, 0)).toBe(183);
  });

  it.each<[string, string, string, string | null, string | null]>([
    [
      'a value of a task',
      `UPDATE IN.task SET error_code = '30010' WHERE task_id = 'task-7'`,
      'row of the task: error_code',
      '"0"',
      '"30010"',
    ],
    ['a count of a task', `UPDATE IN.task SET version = 9 WHERE task_id = 'task-7'`, 'version', '2', '9'],
    [
      'a time of a task',
      `UPDATE IN.task SET updated = updated + interval '1 hour' WHERE task_id = 'task-7'`,
      'updated',
      null,
      null,
    ],
    ['a task', `DELETE FROM IN.task WHERE task_id = 'task-7'`, 'task', null, '"is not there"'],
    [
      'a state',
      `UPDATE IN.task_state SET state = replace(state, '30010', '70000') WHERE task_key = ${KEY}`,
      'subtasks/Transcode:10:/error_code',
      '30010',
      '70000',
    ],
    [
      'a hidden part of a state',
      `UPDATE IN.task_state SET state = replace(state, '"session_id"', '"session_id"') || ' ' WHERE task_key = ${KEY}`,
      'state_digest',
      null,
      null,
    ],
    ['a broken state', `UPDATE IN.task_state SET state = 'x' WHERE task_key = ${KEY}`, 'state', null, null],
    [
      'a subtask',
      `UPDATE IN.subtask SET status = 'succeeded' WHERE task_key = ${KEY} AND definition = '10'`,
      'row of subtask Transcode:10:: status',
      '"failed"',
      '"succeeded"',
    ],
    [
      'a missing subtask',
      `DELETE FROM IN.subtask WHERE task_key = ${KEY} AND definition = '10'`,
      'row of subtask Transcode:10:',
      'a row',
      null,
    ],
    [
      'a row by last update',
      `UPDATE IN.task_updated SET status = 'queued' WHERE task_key = ${KEY} AND code = ''`,
      'row of task_updated: status',
      '"finished"',
      '"queued"',
    ],
  ])('differ by %s, which is named as a reader sees it, with its events', async (_, sql, value, from, to) => {
    await corrupt(sql);
    const { ok, differing, tasks } = await compare();
    expect([ok, differing]).toEqual([false, 1]);
    const [task] = tasks;
    expect(task).toMatchObject({ account: 'default', task_id: 'task-7' });
    const found = task?.values.find((one) => one.value === value);
    expect([value, task?.values.map((one) => one.value)]).toEqual([found?.value, expect.anything()]);
    if (from !== null) expect(found?.from).toBe(from);
    if (to !== null) expect(found?.to).toBe(to);
    expect(found?.events.length).toBeGreaterThan(0);
    for (const { position, type } of found?.events ?? []) {
      expect(position).toMatch(/^e1\.plantedlog01\.1\.1\.\d\.\d+$/);
      if (value.includes('Transcode:10:')) expect(type).toBe('subtask.failed');
    }
  });

  it.each([
    [
      'changed',
      `UPDATE IN.history SET data = replace(data, '30010', '70000') WHERE task_key = ${KEY} AND type = 'subtask.failed'`,
      ': data',
    ],
    ['missing', `DELETE FROM IN.history WHERE task_key = ${KEY} AND type = 'subtask.failed'`, ''],
  ])('differ by an entry of history that is %s', async (how, sql, column) => {
    await corrupt(sql);
    const { ok, tasks, states } = await compare();
    expect(ok).toBe(false);
    expect(tasks).toMatchObject([{ task_id: 'task-7' }]);
    const [value] = tasks[0]?.values ?? [];
    expect(value?.value).toMatch(/^history e1\.plantedlog01\.1\.1\.\d\.\d+/);
    expect(value?.value.endsWith(column)).toBe(true);
    expect(value?.events).toMatchObject([{ type: 'subtask.failed' }]);
    const missing = states.history.reduce((sum, one) => sum + one.from - one.to, 0);
    expect(missing).toBe(how === 'missing' ? 1 : 0);
  });

  it('differ by a record of no task, and by a rejected one', async () => {
    await corrupt(`UPDATE IN.history SET trust = 'queue' WHERE task_key IS NULL`);
    await corrupt(`UPDATE IN.notification SET reason = 'edited' WHERE state = 'rejected'`);
    const { ok, places } = await compare();
    expect(ok).toBe(false);
    expect(places).toMatchObject([
      { table: 'history of no task', values: [{ value: 'trust', from: '"callback-signed"', to: '"queue"' }] },
      { table: 'notification that was rejected', offset: 1, values: [{ value: 'reason', to: '"edited"' }] },
    ]);
  });

  it('differ in many tasks: the first are explained, all are counted', async () => {
    await corrupt(`UPDATE IN.task SET kind = 'live'`);
    expect(await compare()).toMatchObject({ ok: false, differing: 31, truncated: false });
  });

  it('are compared once they have caught up with each other, and not before', async () => {
    await log.hear({ taskId: 'task-late', facts: [FINISHED] });
    await expect(compare()).rejects.toThrow(NotComparable);
    await expect(compare()).rejects.toThrow(/offsets of the event log apart/);
    const waited: unknown[] = [];
    const onWaiting = (what: unknown): void => {
      waited.push(what);
      if (waited.length === 1) void copyBuild();
    };
    expect(await compare({ patienceMs: 60_000, onWaiting })).toMatchObject({ ok: true });
    expect(waited[0]).toEqual({ offsets: 2 });
  });

  it('cannot be compared with a build of another log', async () => {
    await corrupt(`UPDATE IN.projection SET log_id = 'another00001'`);
    await expect(compare()).rejects.toThrow(/tasks_other is of log another00001/);
  });
});
