import { withMembers } from '@mps-ledger/spec-kit';
import type { Pool } from 'pg';
import { projectionSchema as schema } from '@mps-ledger/read-model';
import { schemaOf, toEventRecord, summaryOfRecord, EVENT_HEADERS } from '@mps-ledger/records';
import { testDatabase } from '@mps-ledger/testing';
import type { TestDatabase } from '@mps-ledger/testing';
import { PartitionLog, taskIdIn, transcode, workflow } from './testing/partition-log';
import { allRows, emptyProjection, handProjector, PROJECTION_TEMPLATE } from './testing/projection';

jest.setTimeout(120_000);

describe('a record that cannot be applied', () => {
  let database: TestDatabase;
  let pool: Pool;
  const taskId = taskIdIn(1, 'poisoned');
  const other = taskIdIn(1, 'other');

  beforeAll(async () => {
    database = await testDatabase({ template: PROJECTION_TEMPLATE });
    pool = database.pool();
  });
  afterAll(() => database.close());
  beforeEach(() => emptyProjection(pool));

  const parked = async () => (await pool.query(`SELECT * FROM ${schema}.parked ORDER BY "offset"`)).rows;
  const task = async (id = taskId) =>
    (await pool.query(`SELECT * FROM ${schema}.task WHERE task_id = $1`, [id])).rows[0];

  /** Good events of two tasks around whatever is planted between. */
  function logWith(plant: (log: PartitionLog) => void): PartitionLog {
    const log = new PartitionLog(1);
    log.notify({ body: workflow(taskId, 'PROCESSING', [transcode(1, 'PROCESSING')]) });
    plant(log);
    log.notify({ body: workflow(other, 'FINISH', [transcode(1, 'SUCCESS')]) });
    log.notify({ body: workflow(taskId, 'FINISH', [transcode(1, 'SUCCESS')]) });
    return log;
  }

  it('is parked whole, with its reason, while later events of its task apply', async () => {
    const bad = { account: 'default', task_id: taskId, key: 'Transcode:1:', kind: 'Transcode', progress: 'half' };
    const log = logWith((log) => {
      const good = log.records.at(-1)!;
      const { $id: dataschema } = schemaOf('subtask.progressed', 1)!;
      log.append(withMembers(good, { type: 'mps.subtask.progressed', dataschema, data: bad }));
    });
    const projector = handProjector({ pool });
    await projector.catchUp(log);
    const [row] = await parked();
    const planted = log.records.find(({ offset }) => String(offset) === row.offset)!;
    expect(row).toMatchObject({
      reason: expect.stringContaining('data: '),
      type: 'subtask.progressed',
      event_id: summaryOfRecord(planted).eventId,
      causation_id: summaryOfRecord(planted).causationId,
      key: planted.key,
      value: planted.value,
      headers: JSON.stringify(planted.headers),
    });
    expect(await task()).toMatchObject({ parked: 1, status: 'finished', outcome: 'undetermined' });
    expect(await task(other)).toMatchObject({ parked: 0, outcome: 'succeeded' });
    expect(await projector.metrics.text()).toContain(
      'mps_ledger_projection_parked_total{projection="tasks",topic="mps.task-events.v1"} 1',
    );
  });

  it.each([
    ['has no value', { key: null, value: null, headers: {} }],
    ['is no event', { key: null, value: Buffer.from([0xff, 0, 1]), headers: { odd: '\u0000\ud800' } }],
    [
      'is of a type unknown',
      {
        key: null,
        value: Buffer.from('{"specversion":"1.0","id":"\\u0000\\ud800","type":"x"}'),
        headers: EVENT_HEADERS,
      },
    ],
  ])('is parked without a task when it %s', async (_, record) => {
    const log = logWith((log) => log.append(record));
    await handProjector({ pool }).catchUp(log);
    expect(await parked()).toMatchObject([{ task_key: null, value: record.value }]);
    expect(await task()).toMatchObject({ parked: 0, outcome: 'succeeded' });
  });

  it('is parked without its task when that belongs to another partition: only the owner of that partition writes the task', async () => {
    const elsewhere = taskIdIn(2, 'elsewhere');
    const stray = new PartitionLog(2).notify({ body: workflow(elsewhere, 'FINISH') });
    const log = logWith((log) => log.append(...stray.map(toEventRecord)));
    await handProjector({ pool }).catchUp(log);
    expect((await parked()).map((row) => [row.reason, row.task_key])).toEqual(
      stray.map(() => ['wrong-partition', null]),
    );
    expect(await task(elsewhere)).toBeUndefined();
  });

  it('counts as applied for freshness when it names the notification that it ends', async () => {
    const log = logWith((log) => {
      const ended = log.records.at(-1)!;
      log.append(withMembers(ended, { rawoffset: '4', data: {} }));
    });
    await handProjector({ pool }).catchUp(log);
    const { rows } = await pool.query(
      `SELECT raw_next FROM ${schema}.checkpoint WHERE topic = 'mps.task-events.v1' AND partition = 1`,
    );
    expect(rows).toEqual([{ raw_next: '5' }]);
  });

  it('shows on a task without any other event', async () => {
    const log = logWith((log) => {
      const [first] = new PartitionLog(1).notify({ body: workflow(taskIdIn(1, 'lonely'), 'FINISH') });
      const record = toEventRecord(first!);
      log.append(withMembers(record, { mapper: '' }));
    });
    await handProjector({ pool }).catchUp(log);
    expect(await task(taskIdIn(1, 'lonely'))).toMatchObject({
      parked: 1,
      version: '0',
      status: 'unknown',
      outcome: null,
    });
  });

  describe('because the database rejects its rows', () => {
    /** A constraint that rejects the rows of a poisoned notification. */
    const constraints: readonly (readonly [string, string, string])[] = [
      ['the history row', 'history', `data NOT LIKE '%POISON%'`],
      ['the state', 'task_state', `state NOT LIKE '%POISON%'`],
      ['the subtask', 'subtask', `message NOT LIKE '%POISON%'`],
      ['the row by error code', 'task_error_code', `error_code <> '1'`],
    ];
    const failed = transcode(2, 'FAIL', { ErrCode: 1, Message: 'POISON' });

    it.each(constraints)('is found and parked when that is %s', async (_, table, check) => {
      await pool.query(`ALTER TABLE ${schema}.${table} ADD CONSTRAINT planted CHECK (${check})`);
      const log = new PartitionLog(1);
      for (let n = 0; n < 30; n += 1) {
        log.notify({
          body: workflow(n % 10 === 5 ? taskId : other, 'PROCESSING', [
            transcode(1, 'SUCCESS'),
            ...(n % 10 === 5 ? [failed] : []),
          ]),
        });
      }
      const projector = handProjector({ pool });
      await projector.catchUp(log);
      await pool.query(`ALTER TABLE ${schema}.${table} DROP CONSTRAINT planted`);
      const rows = await parked();
      expect(rows.map(({ type }) => type)).toEqual(Array.from({ length: 3 }, () => 'subtask.failed'));
      expect(rows[0].reason).toMatch(/^23514: .*planted/);
      expect(await task()).toMatchObject({ parked: 3, version: '3' });
      expect(await task(other)).toMatchObject({ parked: 0 });
      const history = await pool.query(`SELECT FROM ${schema}.history`);
      expect(history.rows).toHaveLength(log.records.length - 1 - 3);
    });

    it('is parked without its task, where the row of the task is rejected', async () => {
      await pool.query(`ALTER TABLE ${schema}.task ADD CONSTRAINT planted CHECK (task_id <> '${taskId}')`);
      const log = logWith(() => undefined);
      await handProjector({ pool }).catchUp(log);
      await pool.query(`ALTER TABLE ${schema}.task DROP CONSTRAINT planted`);
      expect(await task()).toBeUndefined();
      expect(await task(other)).toMatchObject({ outcome: 'succeeded', parked: 0 });
      const ours = log.records.filter((record) => summaryOfRecord(record).taskId === taskId);
      expect((await parked()).map(({ offset, task_key }) => [Number(offset), task_key])).toEqual(
        ours.map(({ offset }) => [offset, null]),
      );
    });

    it('is the only one that is parked: all other rows are as without it', async () => {
      const plain = new PartitionLog(1);
      const poisoned = new PartitionLog(1);
      for (let n = 0; n < 20; n += 1) {
        const body = workflow(taskIdIn(1, `t${n % 3}`), 'PROCESSING', [transcode(n, 'SUCCESS')]);
        for (const log of [plain, poisoned]) log.notify({ body });
        if (n === 11) {
          poisoned.notify({ body: workflow(taskId, 'PROCESSING', [failed]) });
          plain.notify({ body: workflow(taskId, 'PROCESSING') });
          plain.gap(1);
        }
      }
      await handProjector({ pool }).catchUp(plain);
      const tasks = async () =>
        (await allRows(pool))
          ['task']!.filter((row) => !row.includes(taskId))
          .map((row) => row.replace(/"updated": "[^"]*"/, ''));
      const expected = await tasks();
      await emptyProjection(pool);
      await pool.query(`ALTER TABLE ${schema}.history ADD CONSTRAINT planted CHECK (data NOT LIKE '%POISON%')`);
      await handProjector({ pool }).catchUp(poisoned);
      await pool.query(`ALTER TABLE ${schema}.history DROP CONSTRAINT planted`);
      expect(await tasks()).toEqual(expected);
      expect(await parked()).toHaveLength(1);
    });
  });
});
