import { hash } from 'node:crypto';
import {
  genesisOf,
  genesisRecord,
  RecordTooLarge,
  type Batch,
  type LogRecord,
  type NewRecord,
} from '@mps-ledger/event-log';
import { taskIdIn } from '@mps-ledger/mps';
import { makeMetrics } from '@mps-ledger/platform';
import { fromEventRecord, toRawRecord, TOPICS, summaryOfRecord } from '@mps-ledger/records';
import { makeDerive, type DeriveOptions } from './derive';
import { makeIngestMetrics } from '../ingest-metrics';
import { Mutex } from '@mps-ledger/async';

const logged = '2026-11-22T09:00:00.500Z';
const identity = { logId: 'abcdefghijkl', logGeneration: 1, eventGeneration: 1, partitions: 12 };

function raw(offset: number, body: unknown): LogRecord {
  const bytes = Buffer.from(JSON.stringify(body));
  const record = toRawRecord({
    ...{ id: `n-${offset}`, account: 'default', source: 'default', transport: 'callback' },
    ...{
      trust: 'callback-unsigned',
      received: '2026-11-22T09:00:00.000Z',
      sha256: hash('sha256', bytes),
      taskId: taskIdIn(bytes),
      bytes,
    },
  });
  return { ...record, topic: TOPICS.raw, partition: 5, offset, logged };
}

const genesis: LogRecord = {
  ...genesisRecord(genesisOf(identity, { topic: TOPICS.raw, partition: 5 })),
  ...{ topic: TOPICS.raw, partition: 5, offset: 0, logged },
};

/** A notification of a task with a number of finished subtasks. */
const finished = (taskId: string, subtasks: number, fill = '') => ({
  EventType: 'WorkflowTask',
  WorkflowTaskEvent: {
    ...{ TaskId: taskId, Status: 'FINISH' },
    MediaProcessResultSet: Array.from({ length: subtasks }, (_, n) => ({
      Type: 'Transcode',
      TranscodeTask: { Status: 'SUCCESS', Input: { Definition: n + 1 }, Output: { Path: fill } },
    })),
  },
});

function batchOf(records: readonly LogRecord[], signal = new AbortController().signal): Batch {
  const [first] = records;
  return {
    ...{
      topic: TOPICS.raw,
      partition: 5,
      from: first?.offset ?? 0,
      to: (records.at(-1)?.offset ?? 0) + 1,
      records,
      signal,
    },
    heartbeat: () => Promise.resolve(),
  };
}

function deriving(options: Partial<DeriveOptions> = {}) {
  const appends: { topic: string; partition: number; records: readonly NewRecord[] }[] = [];
  const metrics = makeMetrics({ processMetrics: false });
  const derive = makeDerive({
    append: (topic, partition, records) => {
      appends.push({ topic, partition, records });
      return Promise.resolve({ offsets: records.map((_, n) => n), logged });
    },
    readAgain: () => Promise.resolve(undefined),
    ...{ metrics: makeIngestMetrics(metrics), largeRecords: new Mutex(), yieldToCallbacks: () => Promise.resolve() },
    ...options,
  });
  /** `type causation` of each event appended, in order. */
  const events = () =>
    appends.flatMap(({ records }) =>
      records.map((record) => {
        const decoded = fromEventRecord({ ...record, partition: 5, offset: 0, logged });
        return decoded.ok ? `${decoded.event.type} ${decoded.event.hearing.causationId}` : decoded.reason;
      }),
    );
  return { derive, appends, events, metrics };
}

/** Of each append, whose events it has, in order. */
function causesOf(appends: readonly { readonly records: readonly NewRecord[] }[]) {
  const causeOf = (record: NewRecord) => summaryOfRecord({ ...record, partition: 5, offset: 0, logged }).causationId;
  const each = appends.map(({ records }) => records.map(causeOf));
  return each.map((causes) => causes.filter((cause, n) => cause !== causes[n - 1]));
}

describe('deriving', () => {
  it('appends the events of each record to the same partition, in order, notification.received last of its own', async () => {
    const { derive, appends, events } = deriving();
    expect(await derive(batchOf([raw(1, finished('T', 1)), raw(2, { odd: true }), raw(3, finished('U', 0))]))).toBe(4);
    expect(events()).toEqual([
      ...['subtask.succeeded n-1', 'task.finished n-1', 'notification.received n-1'],
      'notification.received n-2',
      ...['task.finished n-3', 'notification.received n-3'],
    ]);
    expect(appends.map(({ topic, partition }) => [topic, partition])).toEqual([[TOPICS.events, 5]]);
  });

  it('skips genesis records, wherever they are, and answers the next position all the same', async () => {
    const { derive, events } = deriving();
    expect(await derive(batchOf([genesis]))).toBe(1);
    expect(await derive(batchOf([raw(1, {}), { ...genesis, offset: 2 }]))).toBe(3);
    expect(events()).toEqual(['notification.received n-1']);
  });

  it('continues after a record that it cannot interpret or read, reports it, and counts it', async () => {
    const { derive, events, metrics } = deriving();
    const broken = { ...raw(1, finished('T', 1)), headers: {} };
    expect(await derive(batchOf([broken, raw(2, {}), raw(3, finished('U', 0))]))).toBe(4);
    expect(events()).toEqual([
      ...['notification.received n-1', 'notification.received n-2'],
      ...['task.finished n-3', 'notification.received n-3'],
    ]);
    const text = await metrics.text();
    expect(text).toContain('mps_ledger_notifications_not_interpreted_total{reason="raw-record-header-account"} 1');
    expect(text).toContain('mps_ledger_events_appended_total{type="notification.received"} 3');
  });

  it('derives no events of another task than the one that a record is placed by, and counts it', async () => {
    const { derive, events, metrics } = deriving();
    const sound = raw(1, finished('T', 1));
    const elsewhere = { ...sound, headers: { ...sound.headers, 'task-id': 'U' } };
    expect(await derive(batchOf([elsewhere, raw(2, finished('T', 0))]))).toBe(3);
    expect(events()).toEqual(['notification.received n-1', 'task.finished n-2', 'notification.received n-2']);
    expect(await metrics.text()).toContain('notifications_not_interpreted_total{reason="task-elsewhere"} 1');
  });

  it('appends the events of one record together, with those of others up to a size, or alone', async () => {
    const { derive, appends, events } = deriving({ maxSharedBytes: 8000 });
    await derive(batchOf([raw(1, {}), raw(2, finished('T', 30)), raw(3, {}), raw(4, finished('U', 1)), raw(5, {})]));
    expect(causesOf(appends)).toEqual([['n-1'], ['n-2'], ['n-3', 'n-4', 'n-5']]);
    expect(events()).toEqual([
      ...[
        'notification.received n-1',
        ...Array.from({ length: 30 }, () => 'subtask.succeeded n-2'),
        'task.finished n-2',
      ],
      ...['notification.received n-2', 'notification.received n-3'],
      ...['subtask.succeeded n-4', 'task.finished n-4', 'notification.received n-4', 'notification.received n-5'],
    ]);
  });

  it('cuts a record only where one append does not take it, and lets a larger event go alone', async () => {
    const { derive, appends, events } = deriving({ maxSharedBytes: 4000, maxAppendBytes: 8000 });
    await derive(batchOf([raw(1, finished('T', 30)), raw(2, finished('U', 1, 'x'.repeat(20_000))), raw(3, {})]));
    const sizes = appends.map(({ records }) => records.reduce((sum, { value }) => sum + (value?.length ?? 0), 0));
    expect(appends.length).toBeGreaterThan(3);
    expect(sizes.filter((size) => size > 8000)).toHaveLength(1);
    expect(appends.find((_, n) => (sizes[n] ?? 0) > 8000)?.records).toHaveLength(1);
    expect(events()).toEqual([
      ...[...Array.from({ length: 30 }, () => 'subtask.succeeded n-1'), 'task.finished n-1'],
      ...['notification.received n-1', 'subtask.succeeded n-2', 'task.finished n-2', 'notification.received n-2'],
      'notification.received n-3',
    ]);
  });

  it('appends in smaller parts what the log refuses for its size, whole records as far as it can', async () => {
    const taken: (readonly NewRecord[])[] = [];
    const { derive } = deriving({
      append: (_topic, _partition, records) => {
        if (records.length > 5) return Promise.reject(new RecordTooLarge('the topic takes less just now'));
        taken.push(records);
        return Promise.resolve({ offsets: records.map((_, n) => n), logged });
      },
    });
    await derive(batchOf([raw(1, {}), raw(2, {}), raw(3, finished('T', 3)), raw(4, finished('U', 9)), raw(5, {})]));
    const causes = causesOf(taken.map((records) => ({ records })));
    expect(causes.flat().filter((cause, n, all) => cause !== all[n - 1])).toEqual(['n-1', 'n-2', 'n-3', 'n-4', 'n-5']);
    expect(causes.filter((some) => some.includes('n-3'))).toHaveLength(1);
    expect(taken.flat()).toHaveLength(1 + 1 + 5 + 11 + 1);
  });

  it('reads a damaged record again, and derives what comes then', async () => {
    const sound = raw(1, finished('T', 1));
    const flipped = { ...sound, value: Buffer.from(String(sound.value).replace('SUCCESS', 'SUCCESs')) };
    const asked: unknown[] = [];
    const { derive, events, metrics } = deriving({
      readAgain: (...place) => Promise.resolve(asked.push(place) === 1 ? flipped : sound),
    });
    await derive(batchOf([flipped, raw(2, {})]));
    expect(asked).toEqual([
      [5, 1],
      [5, 1],
    ]);
    expect(events()).toEqual([
      ...['subtask.succeeded n-1', 'task.finished n-1', 'notification.received n-1'],
      'notification.received n-2',
    ]);
    expect(await metrics.text()).toMatch(/raw_records_read_again_total{result="broken"} 1\n.*{result="whole"} 1/);
  });

  it('derives nothing but notification.received, with the reason, of one that never holds together', async () => {
    const sound = raw(1, finished('T', 1));
    const flipped = { ...sound, value: Buffer.from(String(sound.value).replace('FINISH', 'FINISh')) };
    const { derive, appends, metrics } = deriving({ readAgain: () => Promise.resolve(flipped) });
    await derive(batchOf([flipped, raw(2, {})]));
    const [received, next] = appends.flatMap(({ records }) => records);
    expect(JSON.parse(String(received?.value))).toMatchObject({
      data: {
        ...{ notification_id: 'n-1', reason: 'raw-record-digest-mismatch', events: 0 },
        ...{ digest: hash('sha256', flipped.value), size: flipped.value.length },
      },
    });
    expect(JSON.parse(String(next?.value))).toMatchObject({ data: { notification_id: 'n-2' } });
    expect(await metrics.text()).toContain('not_interpreted_total{reason="raw-record-digest-mismatch"} 1');
  });

  it('fails as a whole when an append fails, so that the batch is tried again', async () => {
    const { derive } = deriving({ append: () => Promise.reject(new Error('down')) });
    await expect(derive(batchOf([raw(1, {})]))).rejects.toThrow('down');
  });

  it('answers only what is appended when it is stopped in the middle', async () => {
    const stop = new AbortController();
    const appended: NewRecord[] = [];
    const { derive } = deriving({
      maxSharedBytes: 1,
      append: (_topic, _partition, records) => {
        appended.push(...records);
        if (appended.length === 2) stop.abort();
        return Promise.resolve({ offsets: records.map((_, n) => n), logged });
      },
    });
    expect(await derive(batchOf([raw(1, {}), raw(2, {}), raw(3, {}), raw(4, {})], stop.signal))).toBe(3);
    expect(appended).toHaveLength(2);
    expect(await derive(batchOf([raw(3, {})], stop.signal))).toBe(3);
  });

  it('has no two large records in memory at once', async () => {
    const large = finished('T', 300, 'x'.repeat(1000));
    const started: number[] = [];
    const { derive } = deriving({
      ...{ maxSharedBytes: 1, maxAppendBytes: 50_000 },
      append: async (_topic, partition, records) => {
        started.push(partition);
        await new Promise((resolve) => setImmediate(resolve));
        return { offsets: records.map((_, n) => n), logged };
      },
    });
    await Promise.all([0, 1].map((partition) => derive({ ...batchOf([raw(1, large)]), partition })));
    expect(started.length).toBeGreaterThan(10);
    // What is left in the last, small append of the first may go out beside the second.
    const before = started.slice(0, started.indexOf(started[0] === 0 ? 1 : 0));
    expect(before.length).toBeGreaterThanOrEqual(started.length / 2 - 1);
  });
});
