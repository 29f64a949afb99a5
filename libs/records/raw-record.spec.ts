import fc from 'fast-check';
import { checkProperty } from '@mps-ledger/spec-kit';
import {
  fromRawRecord,
  fromRejectedRecord,
  toRawRecord,
  toRejectedRecord,
  type RawNotification,
  type RejectedNotification,
} from './index';
import type { EncodedRecord, StoredRecord } from './record';

const received: Omit<RawNotification, 'partition' | 'rawOffset'> = {
  id: '0197a000-0000-7000-8000-000000000000',
  account: 'default',
  source: 'default',
  transport: 'callback',
  trust: 'callback-signed',
  received: '2026-11-22T09:00:00.000Z',
  contentType: 'application/json',
  sha256: 'f'.repeat(64),
  taskId: '1400000000-WorkflowTask-a1b2tt7',
  transportIds: { 'cmq-msgid': '42' },
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  bytes: Buffer.from([0x7b, 0xff, 0x7d]),
};

const read = (record: EncodedRecord): StoredRecord => ({
  ...record,
  partition: 3,
  offset: 7,
  logged: '2026-11-22T09:00:00.001Z',
});

describe('a raw record', () => {
  it('keeps the exact bytes and everything about the hearing', () => {
    const record = toRawRecord(received);
    expect(record.value).toEqual(Buffer.from([0x7b, 0xff, 0x7d]));
    expect(fromRawRecord(read(record))).toEqual({
      id: received.id,
      account: 'default',
      source: 'default',
      transport: 'callback',
      trust: 'callback-signed',
      received: received.received,
      contentType: 'application/json',
      sha256: received.sha256,
      taskId: received.taskId,
      transportIds: { 'cmq-msgid': '42' },
      traceparent: received.traceparent,
      partition: 3,
      rawOffset: 7,
      bytes: Buffer.from([0x7b, 0xff, 0x7d]),
    });
  });

  it.each([
    ['none', { verdict: 'none' }],
    ['valid key=2', { verdict: 'valid', key: 2 }],
    ['expired by=3600', { verdict: 'expired', by: 3600 }],
  ] as const)('says %j of its signature', (text, signature) => {
    const record = read(toRawRecord({ ...received, signature }));
    expect(record.headers['signature']).toBe(text);
    expect(fromRawRecord(record)).toMatchObject({ signature });
    for (const other of [`${text}x`, 'valid', 'expired by=-1', ''])
      expect(fromRawRecord({ ...record, headers: { ...record.headers, signature: other } })).not.toHaveProperty(
        'signature',
      );
  });

  it('says which of the Records of its body it is', () => {
    const record = read(toRawRecord({ ...received, element: 12 }));
    expect(record.headers['element']).toBe('12');
    expect(fromRawRecord(record)).toMatchObject({ element: 12, transportIds: { 'cmq-msgid': '42' } });
    for (const other of ['-1', '1.5', 'x', ''])
      expect(fromRawRecord({ ...record, headers: { ...record.headers, element: other } })).not.toHaveProperty(
        'element',
      );
  });

  it('says from which log it is to be forwarded, if at all', () => {
    const record = read(toRawRecord({ ...received, forwardFrom: 'abcdefghijkl' }));
    expect(record.headers['forward']).toBe('abcdefghijkl');
    expect(fromRawRecord(record)).toMatchObject({ forwardFrom: 'abcdefghijkl', transportIds: { 'cmq-msgid': '42' } });
    const kept = read(toRawRecord(received));
    expect(kept.headers).not.toHaveProperty('forward');
    expect(fromRawRecord(kept)).not.toHaveProperty('forwardFrom');
  });

  it('takes a view of a larger buffer as the bytes it shows', () => {
    const bytes = new Uint8Array([1, 2, 3, 4]).subarray(1, 3);
    expect(toRawRecord({ ...received, bytes }).value).toEqual(Buffer.from([2, 3]));
  });

  it('carries no text in a header that a record cannot carry', () => {
    const record = toRawRecord({ ...received, contentType: `a\u0000\ud800${'x'.repeat(1000)}` });
    expect(record.headers['content-type']).toBe(`a\ufffd\ufffd${'x'.repeat(253)}`);
  });

  it.each([
    ['header-account', { account: 'Not An Account' }],
    ['header-source', { source: '' }],
    ['header-transport', { transport: '' }],
    ['header-trust', { trust: 'hearsay' }],
    ['header-received', { received: 'now' }],
    ['header-sha256', { sha256: 'abc' }],
    ['header-task-id', { 'task-id': 'a b' }],
    ['header-task-id', { 'task-id': '' }],
    ['header-task-id', { 'task-id': '%ff' }],
    ['header-task-id', { 'task-id': '%41' }],
  ])('that is broken answers %s and what is sound', (problem, headers) => {
    const record = read(toRawRecord(received));
    expect(fromRawRecord({ ...record, headers: { ...record.headers, ...headers } })).toMatchObject({
      problem,
      id: received.id,
      bytes: received.bytes,
    });
  });

  it.each([
    ['plain-1.2_3~', 'plain-1.2_3~'],
    ['a/b c%25', 'a%2Fb%20c%2525'],
    ['漢\u{1f600}', '%E6%BC%A2%F0%9F%98%80'],
    ['\u0000\n\u007f\u202e', '%00%0A%7F%E2%80%AE'],
    ['\ud800x\udc00', '%ED%A0%80x%ED%B0%80'],
    ["'(!)*", '%27%28%21%29%2A'],
  ])('names the task %j in its headers as %s', (taskId, header) => {
    const record = toRawRecord({ ...received, taskId });
    expect(record.headers['task-id']).toBe(header);
    expect(fromRawRecord(read(record))).toMatchObject({ taskId });
  });

  it('names any task in printable ASCII, and exactly', () => {
    const units = fc.array(fc.nat({ max: 0xffff }), { minLength: 1, maxLength: 40 });
    const taskIds = units.map((codes) => String.fromCharCode(...codes));
    checkProperty(
      fc.property(fc.oneof(taskIds, fc.string({ minLength: 1 }), fc.constant('漢%'.repeat(5_000))), (taskId) => {
        const record = toRawRecord({ ...received, taskId });
        expect(record.headers['task-id']).toMatch(/^[\w.~%-]+$/);
        expect(fromRawRecord(read(record))).toMatchObject({ taskId });
      }),
    );
  });

  it('reads any header at all as the task that it spells, or as broken', () => {
    checkProperty(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^(?:%[0-9A-F]{2}|x)*$/)), (header) => {
        const record = read(toRawRecord(received));
        const again = fromRawRecord({ ...record, headers: { ...record.headers, 'task-id': header } });
        if ('problem' in again) expect(again.problem).toBe('header-task-id');
        else expect(toRawRecord({ ...received, taskId: again.taskId }).headers['task-id']).toBe(header);
      }),
    );
  });

  it('that no task was found for has no such header', () => {
    const record = toRawRecord({ ...received, taskId: null });
    expect(record.headers).not.toHaveProperty('task-id');
    expect(fromRawRecord(read(record))).toMatchObject({ taskId: null });
  });

  it('that has no key or no value answers so', () => {
    const record = read(toRawRecord(received));
    expect(fromRawRecord({ ...record, key: null })).toMatchObject({ problem: 'no-key', account: 'default' });
    expect(fromRawRecord({ ...record, value: null })).toMatchObject({ problem: 'no-value', account: 'default' });
    expect(fromRawRecord({ ...record, headers: {} })).toMatchObject({ problem: 'header-account' });
  });
});

describe('a rejected record', () => {
  const rejected: RejectedNotification = {
    notificationId: received.id,
    account: 'default',
    source: 'default',
    transport: 'callback',
    trust: 'callback-unsigned',
    received: received.received,
    reason: 'body-too-large',
    digest: 'e'.repeat(64),
    size: 16_777_216,
    truncated: true,
    taskId: 'a\u0000\ud800',
  };

  it('reads back as what it was made of', () => {
    expect(fromRejectedRecord(read(toRejectedRecord(rejected)))).toEqual(rejected);
    const { taskId: _, ...small } = { ...rejected, reason: 'not-json', detail: 'at byte 3', truncated: false };
    expect(fromRejectedRecord(read(toRejectedRecord(small)))).toEqual(small);
  });

  it.each<[string, Partial<StoredRecord>]>([
    ['no-key', { key: null }],
    ['value', { value: null }],
    ['value', { value: Buffer.from('[') }],
    ['value', { value: Buffer.from('{"reason":"x"}') }],
    ['header-account', { headers: {} }],
  ])('that is broken answers %s: %j', (problem, change) => {
    expect(fromRejectedRecord({ ...read(toRejectedRecord(rejected)), ...change })).toEqual({ problem });
  });
});
