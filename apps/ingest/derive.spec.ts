import { hash } from 'node:crypto';
import { genesisRecord, type Batch, type LogRecord, type NewRecord } from '@mps-ledger/event-log';
import { makeMetrics } from '@mps-ledger/platform';
import { fromEventRecord, toRawRecord, TOPICS } from '@mps-ledger/wire';
import { makeDerive, type DeriveOptions } from './derive';
import { makeIngestMetrics } from './ingest-metrics';
import { makeTurns } from './turns';

const logged = '2026-11-22T09:00:00.500Z';
const identity = { logId: 'abcdefghijkl', generation: 1, partitions: 12 };

function raw(offset: number, body: unknown): LogRecord {
  const bytes = Buffer.from(JSON.stringify(body));
  const record = toRawRecord({
    ...{ notificationId: `n-${offset}`, account: 'default', source: 'default', transport: 'callback' },
    ...{ trust: 'callback-unsigned', received: '2026-11-22T09:00:00.000Z', sha256: hash('sha256', bytes), bytes },
  });
  return { ...record, topic: TOPICS.raw, partition: 5, offset, logged };
}

const genesis: LogRecord = {
  ...genesisRecord({ ...identity, topic: TOPICS.raw, partition: 5 }),
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
    ...{ metrics: makeIngestMetrics(metrics), turns: makeTurns(), giveWay: () => Promise.resolve() },
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

describe('deriving', () => {
  it('appends the events of each record to the same partition, in order, notification.received last of its own', async () => {
    const { derive, appends, events } = deriving();
    expect(await derive(batchOf([raw(1, finished('T', 1)), raw(2, { odd: true }), raw(3, finished('U', 0))]))).toBe(4);
    expect(events()).toEqual([
      ...['task.finished n-1', 'subtask.succeeded n-1', 'notification.received n-1'],
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

  it('goes on after a record that it cannot interpret or read, says so, and counts it', async () => {
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

  it('cuts appends by size, keeping the order, and lets a larger event go alone', async () => {
    const { derive, appends, events } = deriving({ maxAppendBytes: 8000 });
    await derive(batchOf([raw(1, finished('T', 30)), raw(2, finished('U', 1, 'x'.repeat(20_000))), raw(3, {})]));
    const sizes = appends.map(({ records }) => records.reduce((sum, { value }) => sum + (value?.length ?? 0), 0));
    expect(appends.length).toBeGreaterThan(3);
    expect(sizes.filter((size) => size > 8000)).toHaveLength(1);
    expect(appends.find((_, n) => (sizes[n] ?? 0) > 8000)?.records).toHaveLength(1);
    expect(events()).toEqual([
      ...['task.finished n-1', ...Array.from({ length: 30 }, () => 'subtask.succeeded n-1')],
      ...['notification.received n-1', 'task.finished n-2', 'subtask.succeeded n-2', 'notification.received n-2'],
      'notification.received n-3',
    ]);
  });

  it('says "still at work" after each append', async () => {
    const { derive, appends } = deriving({ maxAppendBytes: 2000 });
    let beats = 0;
    await derive({ ...batchOf([raw(1, finished('T', 20))]), heartbeat: () => Promise.resolve(void (beats += 1)) });
    expect(beats).toBe(appends.length);
    expect(beats).toBeGreaterThan(1);
  });

  it('fails as a whole when an append fails, so that the batch is tried again', async () => {
    const { derive } = deriving({ append: () => Promise.reject(new Error('down')) });
    await expect(derive(batchOf([raw(1, {})]))).rejects.toThrow('down');
  });

  it('answers only what is appended when it is stopped in the middle', async () => {
    const stop = new AbortController();
    const appended: NewRecord[] = [];
    const { derive } = deriving({
      maxAppendBytes: 1,
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
      maxAppendBytes: 50_000,
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
