import * as fc from 'fast-check';
import type { Pool } from 'pg';
import { makeExtendBatch } from '@mps-ledger/consuming';
import type { ExtendBatch } from '@mps-ledger/consuming';
import { silentLogger } from '@mps-ledger/platform';
import { projectionSchema } from '@mps-ledger/read-model';
import { decodeState, describeTask, encodeState, fold, initialState, versionOf } from '@mps-ledger/tasks';
import { checkAsyncProperty } from '@mps-ledger/spec-kit';
import { testDatabase } from '@mps-ledger/testing';
import type { TestDatabase } from '@mps-ledger/testing';
import { fromEventRecord, summaryOfRecord, toEventRecord } from '@mps-ledger/records';
import { PartitionLog, taskIdIn, transcode, workflow } from './testing/partition-log';
import { allRows, emptyProjection, handProjector, historyTexts, PROJECTION_TEMPLATE } from './testing/projection';
import { readerOf } from './testing/reader';

const schema = projectionSchema;

jest.setTimeout(120_000);

describe('what is projected from a partition', () => {
  let database: TestDatabase;
  let pool: Pool;
  beforeAll(async () => {
    database = await testDatabase({ template: PROJECTION_TEMPLATE });
    pool = database.pool();
  });
  afterAll(() => database.close());
  beforeEach(() => emptyProjection(pool));

  const one = async <Row extends object>(sql: string, values: unknown[] = []): Promise<Row> => {
    const { rows } = await pool.query<Row>(sql, values);
    expect(rows).toHaveLength(1);
    return rows[0]!;
  };

  it('is a task, its subtasks, its state, its history and the notifications it came by', async () => {
    const log = new PartitionLog(2);
    const taskId = taskIdIn(2, 'task');
    log.notify({ body: workflow(taskId, 'PROCESSING', [transcode(10, 'PROCESSING', { Progress: 40 })]) });
    const failed = transcode(20, 'FAIL', { ErrCode: 30010, Message: 'no' });
    log.notify({ body: { ...workflow(taskId, 'FINISH', [transcode(10, 'SUCCESS'), failed]), SessionId: 's-1' } });
    await handProjector({ pool }).catchUp(log);

    expect(await one(`SELECT * FROM ${schema}.task`)).toMatchObject({
      account: 'default',
      task_id: taskId,
      task_id_json: JSON.stringify(taskId),
      kind: 'workflow',
      status: 'finished',
      outcome: 'partially-failed',
      error_code: '0',
      confirmation: 'confirmed',
      session_id: 's-1',
      parked: 0,
      version: '2',
      partition: 2,
      first_received: new Date('2026-11-22T09:00:01Z'),
      updated: new Date(log.records.at(-1)!.logged),
    });
    const subtasks = await pool.query(
      `SELECT key, status, progress, error_code, message FROM ${schema}.subtask ORDER BY key`,
    );
    expect(subtasks.rows).toEqual([
      { key: 'Transcode:10:', status: 'succeeded', progress: 100, error_code: '0', message: null },
      { key: 'Transcode:20:', status: 'failed', progress: null, error_code: '30010', message: 'no' },
    ]);
    const notifications = await pool.query(
      `SELECT "offset", state, kind, task_id, events FROM ${schema}.notification ORDER BY 1`,
    );
    expect(notifications.rows).toMatchObject([
      { offset: '1', state: 'derived', kind: 'workflow', task_id: taskId },
      { offset: '2', state: 'derived', kind: 'workflow', task_id: taskId },
    ]);
    expect(
      await one(
        `SELECT position, raw_next FROM ${schema}.checkpoint WHERE topic = 'mps.task-events.v1' AND partition = 2`,
      ),
    ).toEqual({
      position: String(log.end),
      raw_next: '3',
    });
  });

  it.each<[string, (text: string) => string]>([
    ['as we spell', (text) => text],
    ['indented', (text) => JSON.stringify(JSON.parse(text), null, 2)],
    [
      'with members that we do not know, last and first',
      (text) => `{"later":[1.0,{}],${text.slice(1, -1)},"last":"\\u0000"}`,
    ],
    [
      'with data as no parser would write it',
      (text) => text.replace('"Definition":', '"b":1e400,"10":1.0,"9":"\\ud800", "Definition":'),
    ],
    ['with an escape in the envelope', (text) => text.replace('"mps1"', '"mps\\u0031"')],
    [
      'with odd text',
      (text) => text.replace('"mapper":"mps1"', '"mapper":"\u0085 \\u0000 \\udfff ü","traceparent":""'),
    ],
  ])('gives each event record back byte for byte, spelled %s', async (_, spell) => {
    const log = new PartitionLog(1);
    const other = new PartitionLog(1);
    const records = ['t', 't"\\\u0000\ud800'].flatMap((name) =>
      other.notify({ body: workflow(taskIdIn(1, name), 'FINISH', [transcode(1, 'SUCCESS')]) }).map(toEventRecord),
    );
    log.append(...records.map((record) => ({ ...record, value: Buffer.from(spell(record.value.toString())) })));
    await handProjector({ pool }).catchUp(log);
    const texts = await historyTexts(pool, 1);
    expect(texts).toEqual(log.records.slice(1).map(({ value }) => String(value)));
    expect(texts).toHaveLength(6);
  });

  it('has each task row and state equal to the fold of its history', async () => {
    const log = new PartitionLog(0);
    const statuses = ['PROCESSING', 'FINISH', 'WAITING', 'ODD'];
    for (let n = 0; n < 60; n += 1) {
      const taskId = taskIdIn(0, `task${n % 7}`);
      const parts = [
        transcode(n % 3, n % 2 === 0 ? 'SUCCESS' : 'FAIL', { ErrCode: n % 5 }),
        transcode(n % 4, 'PROCESSING', { Progress: n }),
      ];
      log.notify({ body: workflow(taskId, statuses[n % 4]!, parts), trust: n % 3 === 0 ? 'reconciled' : 'file' });
    }
    await handProjector({ pool }).catchUp(log, (from, end) => Math.min(end, from + 13));

    const tasks = await pool.query(
      `SELECT t.*, s.state, s.digest FROM ${schema}.task t JOIN ${schema}.task_state s USING (task_key)`,
    );
    expect(tasks.rows).toHaveLength(7);
    for (const task of tasks.rows) {
      const events = log.records.map(fromEventRecord).flatMap((decoded) => (decoded.ok ? [decoded.event] : []));
      const history = events.filter(({ data }) => data.task_id === task.task_id);
      const last = log.records.findLast((record) => summaryOfRecord(record).taskId === task.task_id)!;
      const state = fold(initialState, history);
      const view = describeTask(state, 0);
      expect(task).toMatchObject({
        version: String(versionOf(history)),
        state: encodeState(state),
        status: view.status,
        outcome: view.outcome,
        contradicted: view.contradicted,
        first_received: new Date(history[0]!.hearing.received),
        updated: new Date(last.logged),
      });
      expect(encodeState(decodeState(task.state))).toBe(task.state);
    }
  });

  it('is the same rows for any cut into batches, also when batches are delivered again', async () => {
    const log = new PartitionLog(3);
    for (let n = 0; n < 25; n += 1) {
      log.notify({
        body: workflow(taskIdIn(3, `t${n % 4}`), n % 3 === 0 ? 'FINISH' : 'PROCESSING', [transcode(n % 2, 'SUCCESS')]),
      });
      if (n % 6 === 0) log.gap(n);
      if (n % 9 === 0) log.append({ key: null, value: Buffer.from('?'), headers: {} });
    }
    await handProjector({ pool }).catchUp(log);
    const once = await allRows(pool);
    const deliveries = fc.array(
      fc.record({ size: fc.integer({ min: 1, max: 20 }), back: fc.nat(15), takenOver: fc.boolean() }),
      {
        minLength: 1,
      },
    );
    await checkAsyncProperty(
      fc.asyncProperty(deliveries, async (given) => {
        await emptyProjection(pool);
        const projector = handProjector({ pool });
        let position = await projector.takeOver(log);
        let reached = position;
        for (let n = 0; position < log.end; n += 1) {
          const { size, back, takenOver } = given[n % given.length]!;
          if (takenOver) position = await projector.takeOver(log);
          const from = Math.max(0, position - back);
          // Growing: a batch smaller than a notification may be held back, and would be fetched again indefinitely.
          reached = await projector.consume(log.batch(from, Math.min(log.end, reached + size + (n >> 3))));
          position = reached;
        }
        expect(await allRows(pool)).toEqual(once);
      }),
      15,
    );
  });

  it('is the same rows where batches of one task are extended', async () => {
    const log = new PartitionLog(3);
    for (const name of ['large', 'large', 'small', 'large']) {
      const subtasks = Array.from({ length: name === 'large' ? 12 : 1 }, (_, n) => transcode(n + 1, 'SUCCESS'));
      log.gap(2).notify({ body: workflow(taskIdIn(3, name), 'FINISH', subtasks) });
      log.append({ key: null, value: Buffer.from('?'), headers: {} });
    }
    await handProjector({ pool }).catchUp(log);
    const once = await allRows(pool);
    await emptyProjection(pool);
    const read = readerOf(log, 5);
    const readFrom: number[] = [];
    const counted: typeof read = (stretch) => {
      readFrom.push(stretch.from);
      return read(stretch);
    };
    const limits = { leastRecords: 3, mostRecords: 16 };
    const extendBatch = makeExtendBatch({ log: { read: counted }, logger: silentLogger(), ...limits });
    await handProjector({ pool, options: { extendBatch } }).catchUp(log, (from, end) => Math.min(end, from + 4));
    expect(await allRows(pool)).toEqual(once);
    expect(readFrom.length).toBeGreaterThan(2);
  });

  it('retries a failed batch as it was delivered, and extends batches only afterwards', async () => {
    const log = new PartitionLog(0);
    for (let n = 0; n < 2; n += 1) log.notify({ body: workflow(taskIdIn(0, 'task'), 'PROCESSING') });
    const extendedFrom: number[] = [];
    const extendBatch: ExtendBatch = (batch, work) => {
      extendedFrom.push(batch.from);
      return work(batch);
    };
    const { consume, coordination } = handProjector({ pool, options: { extendBatch } });
    coordination.onFailure(log.topic, { partition: 0, error: new Error('away'), attempt: 1 });
    expect(await consume(log.batch(0, 2))).toBe(2);
    expect(extendedFrom).toEqual([]);
    expect(await consume(log.batch(2))).toBe(log.end);
    expect(extendedFrom).toEqual([2]);
  });

  it('adds a repeated fact to the history, and changes nothing else', async () => {
    const log = new PartitionLog(1);
    const body = workflow(taskIdIn(1, 'again'), 'FINISH', [transcode(1, 'SUCCESS')]);
    log.notify({ body });
    const projector = handProjector({ pool });
    await projector.catchUp(log);
    const before = await allRows(pool);
    log.notify({ body });
    await projector.catchUp(log);
    const after = await allRows(pool);
    expect(after['task_state']).toEqual(before['task_state']);
    expect(after['subtask']).toEqual(before['subtask']);
    expect(await one(`SELECT version FROM ${schema}.task`)).toEqual({ version: '2' });
  });

  it('keeps a notification that names no task, without one', async () => {
    const log = new PartitionLog(1);
    log.notify({ body: { EventType: 'BatchTask', SessionId: 's' } });
    await handProjector({ pool }).catchUp(log);
    expect(await one(`SELECT task_key, kind, session_id, task_id FROM ${schema}.notification`)).toEqual({
      task_key: null,
      kind: 'batch',
      session_id: 's',
      task_id: null,
    });
    expect(await one(`SELECT task_key, type FROM ${schema}.history`)).toEqual({
      task_key: null,
      type: 'notification.received',
    });
  });
});
