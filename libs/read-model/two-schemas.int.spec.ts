import type { Pool } from 'pg';
import {
  adoptLog,
  bytesText,
  digestOf,
  findNotification,
  knownSchema,
  listTasks,
  loadTasks,
  lockCheckpoint,
  migrate,
  NO_ERROR_CODES,
  NO_REPORT_CHANGES,
  openSnapshot,
  readCheckpoint,
  readCursorKey,
  readFreshness,
  readHistory,
  readModelIn,
  readStates,
  readTask,
  scanTasks,
  taskKey,
  taskRow,
  writeBatch,
  writeCompleteAsOf,
} from '@mps-ledger/read-model';
import { inTransaction } from '@mps-ledger/database';
import type { BatchRows, ReadModel } from '@mps-ledger/read-model';
import { TOPICS } from '@mps-ledger/records';
import { describeTask, encodeState, FOLD_VERSION, initialState } from '@mps-ledger/tasks';
import { testDatabase } from '@mps-ledger/testing';
import type { TestDatabase } from '@mps-ledger/testing';

jest.setTimeout(120_000);

const LOG = { logId: 'plantedlog01', logGeneration: 1, eventGeneration: 1, partitions: 2 };
const AT = { topic: TOPICS.events, partition: 1 };
const TIME = '2026-11-22T09:00:00.000Z';
const PAGE = { limit: 10, maxBytes: 1_000_000 };

/** A batch of one task and its first notification, which was at this offset of both topics. */
function rowsOf(taskId: string, offset: number): BatchRows {
  const key = bytesText(taskKey('default', taskId));
  const about = {
    key,
    account: 'default',
    taskId,
    parked: 0,
    halfRaw: [],
    version: 1,
    standing: null,
    firstReceived: TIME,
    updated: TIME,
  };
  const event = {
    type: 'notification.received',
    trust: 'file',
    causation_id: taskId,
    mapper: 'mps1',
    raw_offset: offset,
  };
  const times = { occurred: null, received: TIME, logged: TIME };
  const state = encodeState(initialState);
  return {
    history: [
      {
        ...{ offset, task_key: key, event_id: `event of ${taskId}`, account: 'default', subject: taskId, ...event },
        ...{ ...times, subtask_key: null, traceparent: null, data: '{}', value: null },
      },
    ],
    tasks: [taskRow(about, describeTask(initialState, 0))],
    states: [{ task_key: key, state, digest: digestOf(state) }],
    notifications: [
      {
        ...{
          topic: TOPICS.raw,
          offset,
          notification_id: taskId,
          state: 'derived',
          kind: 'unknown',
          event_type: null,
          session_id: null,
        },
        ...{ account: 'default', task_key: key, task_id: taskId, task_id_json: JSON.stringify(taskId), source: null },
        ...{ transport: 'file', trust: 'file', received: TIME, reason: null, detail: null, digest: '', size: 0 },
        ...{ events: 0, event_offset: offset },
      },
    ],
    ...{ subtasks: [], errorCodes: NO_ERROR_CODES, liveItems: [], parked: [], transitions: [] },
    reports: NO_REPORT_CHANGES,
  };
}

async function write({ schema, db }: ReadModel<Pool>, taskId: string, position: number): Promise<void> {
  await inTransaction(db, async (client) => {
    const model = readModelIn(schema, client);
    const checkpoint = await lockCheckpoint(model, AT.topic, AT.partition);
    expect((await loadTasks(model, [bytesText(taskKey('default', taskId))])).size).toBe(0);
    const move = { ...checkpoint, position, lastOffset: position - 1, lastDigest: taskId, completeAsOf: null };
    await writeBatch(model, AT, rowsOf(taskId, position - 1), move);
    return ['commit', undefined];
  });
}

describe('two read models in two schemas of one database, over one connection', () => {
  let database: TestDatabase;
  let one: ReadModel<Pool>;
  let other: ReadModel<Pool>;
  beforeAll(async () => {
    database = await testDatabase();
    const pool = database.pool({ max: 1 });
    one = readModelIn('tasks_one', pool);
    other = readModelIn('tasks_other', pool);
  });
  afterAll(() => database.close());

  it('are migrated separately', async () => {
    await migrate(database.url, one.schema);
    expect(await knownSchema(one)).toBeNull();
    expect(await knownSchema(other)).toBe('schema tasks_other is missing: run setup');
    await migrate(database.url, other.schema);
    expect(await knownSchema(other)).toBeNull();
    expect(await readCursorKey(one)).not.toEqual(await readCursorKey(other));
  });

  it('belong each to its own log', async () => {
    await adoptLog(one, LOG, FOLD_VERSION, [TOPICS.events]);
    await expect(readFreshness(other)).rejects.toThrow('no projector has written to the schema tasks_other yet');
    await adoptLog(other, { ...LOG, logId: 'plantedlog02' }, FOLD_VERSION, [TOPICS.events]);
    expect([(await readFreshness(one)).logId, (await readFreshness(other)).logId]).toEqual([
      'plantedlog01',
      'plantedlog02',
    ]);
  });

  it('hold each its own batches, and neither sees the rows of the other', async () => {
    await write(one, 'a', 2);
    await write(other, 'b', 7);
    for (const [model, own, foreign, offset] of [
      [one, 'a', 'b', 1],
      [other, 'b', 'a', 6],
    ] as const) {
      expect((await readTask(model, taskKey('default', own))).task?.tag).toContain(`${model.schema}.`);
      expect((await readTask(model, taskKey('default', foreign))).task).toBeNull();
      expect((await listTasks(model, 'all', {}, null, PAGE)).items.map(({ task_id }) => task_id)).toEqual([own]);
      expect((await listTasks(model, 'all', { account: ['default'] }, null, PAGE)).items).toHaveLength(1);
      expect((await readHistory(model, taskKey('default', own), {}, null, PAGE)).items).toHaveLength(1);
      expect(await readHistory(model, taskKey('default', foreign), {}, null, PAGE)).toMatchObject({
        known: false,
        items: [],
      });
      expect((await findNotification(model, 'all', { partition: 1, offset })).notification?.notificationId).toBe(own);
    }
  });

  it('move each its own checkpoint', async () => {
    const positions = async () => [
      (await readCheckpoint(one, AT.topic, AT.partition)).position,
      (await readCheckpoint(other, AT.topic, AT.partition)).position,
    ];
    expect(await positions()).toEqual([2, 7]);
    await write(one, 'c', 9);
    expect(await positions()).toEqual([9, 7]);
    const sample = { ...AT, asOf: TIME, end: 0, seenEnd: 5 };
    expect(await writeCompleteAsOf(other, [sample])).toEqual([AT]);
    expect((await readFreshness(one)).lagMs).toBeNull();
  });

  it('are scanned separately', async () => {
    for (const [model, ids] of [
      [one, ['a', 'c']],
      [other, ['b']],
    ] as const) {
      const snapshot = await openSnapshot(model);
      const found: string[] = [];
      for await (const { task_id } of scanTasks(snapshot.model)) found.push(task_id);
      expect(found.sort()).toEqual(ids);
      const keys = ['a', 'b', 'c'].map((id) => bytesText(taskKey('default', id)));
      expect((await readStates(snapshot.model, keys)).size).toBe(ids.length);
      await snapshot.close();
    }
  });

  it.each(['', 'Tasks', 'tasks-2', '2tasks', 'tasks"', 'a.b', `t${'x'.repeat(63)}`])(
    'have names that SQL takes without quotes: %j is refused',
    async (schema) => {
      expect(() => readModelIn(schema, one.db)).toThrow(/cannot name a read model's schema/);
      await expect(migrate(database.url, schema)).rejects.toThrow(/cannot name a read model's schema/);
    },
  );
});
