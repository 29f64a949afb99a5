import { hash } from 'node:crypto';
import fc from 'fast-check';
import { taskIdIn } from '@mps-ledger/mps';
import { anyText, checkProperty } from '@mps-ledger/spec-kit';
import { fromEventRecord } from './event-record';
import { toRawRecord } from './raw-record';
import { BROKEN_BYTES, eventsOfRecord, isOfBrokenRecord, receivedWithoutSource } from './events-of-record';
import type { StoredRecord } from './record';

const id = '0197a000-0000-7000-8000-000000000000';

function rawRecord(text: string): StoredRecord {
  const bytes = Buffer.from(text);
  const record = toRawRecord({
    ...{ id: id, account: 'default', source: 'default', transport: 'callback', trust: 'callback-unsigned' },
    ...{ received: '2026-11-22T09:00:00.000Z', sha256: hash('sha256', bytes), taskId: taskIdIn(bytes), bytes },
  });
  return { ...record, partition: 3, offset: 7, logged: '2026-11-22T09:00:00.500Z' };
}

const finished = JSON.stringify({
  EventType: 'WorkflowTask',
  WorkflowTaskEvent: {
    ...{ TaskId: 'T', Status: 'FINISH', ErrCode: 0 },
    MediaProcessResultSet: [{ Type: 'Transcode', TranscodeTask: { Status: 'SUCCESS', Input: { Definition: 10 } } }],
  },
});

/** The only event, which says what became of the notification. */
function onlyReceived(record: StoredRecord) {
  const events = eventsOfRecord(record).map(({ event }) => event);
  expect(events).toHaveLength(1);
  const [event] = events;
  if (event?.type !== 'notification.received') throw new Error(`${event?.type} instead`);
  return event;
}

describe('the events of a raw record', () => {
  it('end with notification.received, and all name the raw record', () => {
    const derived = eventsOfRecord(rawRecord(finished));
    expect(derived.map(({ event }) => event.type)).toEqual([
      'subtask.succeeded',
      'task.finished',
      'notification.received',
    ]);
    for (const { event, record } of derived) {
      expect(event.hearing).toMatchObject({ causationId: id, rawOffset: 7 });
      expect(record.key.toString()).toBe('T');
    }
  });

  it('say at the end by which source it came, and are the same otherwise', () => {
    const record = rawRecord(finished);
    const derived = eventsOfRecord({ ...record, headers: { ...record.headers, source: 'queue-1' } });
    expect(derived.at(-1)?.event.data).toMatchObject({ source: 'queue-1', transport: 'callback' });
    const [before, now] = [record, { ...record, headers: { ...record.headers, source: 'queue-1' } }].map((one) =>
      eventsOfRecord(one),
    );
    expect(now?.map(({ event }) => event.id)).toEqual(before?.map(({ event }) => event.id));
    expect(now?.slice(0, -1)).toEqual(before?.slice(0, -1));
  });

  it('are known without the source at the end, as earlier builds derived them', () => {
    const [, , last] = eventsOfRecord(rawRecord(finished));
    const earlier = receivedWithoutSource(last!);
    const told = JSON.parse(String(earlier?.value)) as { data: Record<string, unknown> };
    const now = JSON.parse(String(last!.record.value)) as { data: Record<string, unknown> };
    expect(told).toEqual({ ...now, data: { ...told.data } });
    expect({ ...told.data, source: 'default' }).toEqual(now.data);
    expect(Object.keys(told.data)).not.toContain('source');
    expect(fromEventRecord({ ...earlier!, partition: 3, offset: 9, logged: '2026-11-22T09:00:00.500Z' }).ok).toBe(true);
    expect(receivedWithoutSource(eventsOfRecord(rawRecord(finished))[0]!)).toBeNull();
  });

  it('say by which source it came also where nothing could be read', () => {
    const record = rawRecord(finished);
    expect(onlyReceived({ ...record, headers: { ...record.headers, trust: 'hearsay' } }).data.source).toBe('default');
    expect(onlyReceived({ ...record, headers: { ...record.headers, sha256: '0'.repeat(64) } }).data.source).toBe(
      'default',
    );
    expect(onlyReceived({ ...record, headers: { ...record.headers, source: '' } }).data).not.toHaveProperty('source');
  });

  it('are the same however often they are derived', () => {
    expect(eventsOfRecord(rawRecord(finished))).toEqual(eventsOfRecord(rawRecord(finished)));
  });

  it('are one with a reason if a header is broken, attributed to no task', () => {
    const record = rawRecord(finished);
    const event = onlyReceived({ ...record, headers: { ...record.headers, trust: 'hearsay' } });
    expect(event).toMatchObject({
      hearing: { trust: 'file', received: '2026-11-22T09:00:00.000Z', causationId: id, rawOffset: 7 },
      data: { reason: 'raw-record-header-trust', kind: 'unknown', events: 0, size: finished.length },
    });
    expect(event.data).not.toHaveProperty('task_id');
  });

  it('are one with a reason if the bytes do not match the digest, attributed to no task', () => {
    const record = rawRecord(finished);
    const value = Buffer.from(finished.replace('SUCCESS', 'SUCCESs'));
    const event = onlyReceived({ ...record, value });
    expect(event.data).toMatchObject({
      ...{ reason: BROKEN_BYTES, kind: 'unknown', events: 0, notification_id: id },
      digest: hash('sha256', value),
    });
    expect(event.data).not.toHaveProperty('task_id');
    expect(isOfBrokenRecord(eventsOfRecord({ ...record, value }))).toBe(true);
    expect(isOfBrokenRecord(eventsOfRecord(record))).toBe(false);
  });

  it('are one with a reason where there are no headers, key or value at all', () => {
    const event = onlyReceived({ ...rawRecord(''), key: null, value: null, headers: {} });
    expect(event).toMatchObject({
      hearing: { trust: 'file', received: '2026-11-22T09:00:00.500Z', causationId: 'record-3-7' },
      data: { account: 'default', notification_id: 'record-3-7', reason: 'raw-record-no-key', size: 0 },
    });
  });

  it('are one with a reason where more would be derived than is allowed, still attributed to the task', () => {
    const task = (name: string, count: number) =>
      JSON.stringify({
        EventType: 'WorkflowTask',
        WorkflowTaskEvent: {
          ...{ TaskId: name, Status: 'FINISH' },
          MediaProcessResultSet: Array.from({ length: count }, (_, n) => ({
            ...{ Type: 'Transcode', TranscodeTask: { Status: 'SUCCESS', Input: { Definition: n } } },
          })),
        },
      });
    const event = onlyReceived(rawRecord(task('T'.repeat(100_000), 500)));
    expect(event.data).toMatchObject({ reason: 'too-much-to-derive', events: 0, event_ids: [], kind: 'workflow' });
    expect(event.data.task_id).toHaveLength(100_000);
  });

  it('are one with a reason if the TaskId is too long, attributed to no task', () => {
    const record = rawRecord(
      JSON.stringify({ EventType: 'WorkflowTask', WorkflowTaskEvent: { TaskId: 'T'.repeat(5_000_000) } }),
    );
    expect(record.headers).not.toHaveProperty('task-id');
    const { data } = onlyReceived(record);
    expect(data).toMatchObject({ reason: 'task-id-too-long', kind: 'workflow' });
    expect(data).not.toHaveProperty('task_id');
  });

  it('are of the task that the raw record names, and of no other that is read', () => {
    const sound = rawRecord(finished);
    const { 'task-id': _, ...unplaced } = sound.headers;
    for (const headers of [{ ...sound.headers, 'task-id': 'another' }, unplaced]) {
      const event = onlyReceived({ ...sound, headers });
      const data = { reason: 'task-elsewhere', marks: ['task-elsewhere'], kind: 'workflow', events: 0 };
      expect(event.data).toMatchObject({ ...data, event_type: 'WorkflowTask' });
      expect(event.data).not.toHaveProperty('task_id');
    }
  });

  it('are attributed to no task if no task is read, although the raw record names one', () => {
    const pushed = JSON.stringify({ anything: finished });
    const record = rawRecord(pushed);
    expect(record.headers['task-id']).toBe('T');
    const { data } = onlyReceived(record);
    expect(data).toMatchObject({ reason: 'no-event-type', events: 0 });
    expect(data).not.toHaveProperty('marks');
    expect(data).not.toHaveProperty('task_id');
  });

  it('are at least one, readable, with notification.received last, whatever the record is', () => {
    const bytes = fc.oneof(fc.uint8Array(), fc.json(), fc.constant(finished)).map((any) => Buffer.from(any as string));
    const headers = fc.dictionary(
      fc.constantFrom('account', 'source', 'transport', 'trust', 'received', 'sha256', 'traceparent', 'x'),
      anyText(),
    );
    const change = fc.record({ value: fc.option(bytes), headers: fc.option(headers), key: fc.option(bytes) });
    checkProperty(
      fc.property(change, ({ value, headers: broken, key }) => {
        const sound = rawRecord('{}');
        const record = {
          ...sound,
          value,
          key,
          headers: broken === null ? sound.headers : { ...sound.headers, ...broken },
        };
        const derived = eventsOfRecord(record);
        const types = derived.map(({ event }) => event.type);
        expect(types.filter((type) => type === 'notification.received')).toHaveLength(1);
        expect(types.at(-1)).toBe('notification.received');
        for (const { record: written, event } of derived)
          expect(fromEventRecord({ ...record, ...written })).toMatchObject({ ok: true, event });
      }),
    );
  });
});
