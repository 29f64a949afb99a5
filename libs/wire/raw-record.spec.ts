import {
  fromRawRecord,
  fromRejectedRecord,
  toRawRecord,
  toRejectedRecord,
  type ReceivedNotification,
  type RecordRead,
  type RecordToAppend,
  type RejectedNotification,
} from './index';

const received: ReceivedNotification = {
  notificationId: '0197a000-0000-7000-8000-000000000000',
  account: 'default',
  source: 'default',
  transport: 'callback',
  trust: 'callback-signed',
  received: '2026-11-22T09:00:00.000Z',
  contentType: 'application/json',
  sha256: 'f'.repeat(64),
  transportIds: { 'cmq-msgid': '42' },
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  bytes: Buffer.from([0x7b, 0xff, 0x7d]),
};

const read = (record: RecordToAppend): RecordRead => ({
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
      id: received.notificationId,
      account: 'default',
      source: 'default',
      transport: 'callback',
      trust: 'callback-signed',
      received: received.received,
      contentType: 'application/json',
      sha256: received.sha256,
      transportIds: { 'cmq-msgid': '42' },
      traceparent: received.traceparent,
      partition: 3,
      rawOffset: 7,
      bytes: Buffer.from([0x7b, 0xff, 0x7d]),
    });
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
  ])('that is broken answers %s and what is sound', (problem, headers) => {
    const record = read(toRawRecord(received));
    expect(fromRawRecord({ ...record, headers: { ...record.headers, ...headers } })).toMatchObject({
      problem,
      id: received.notificationId,
      bytes: received.bytes,
    });
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
    notificationId: received.notificationId,
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

  it.each<[string, Partial<RecordRead>]>([
    ['no-key', { key: null }],
    ['value', { value: null }],
    ['value', { value: Buffer.from('[') }],
    ['value', { value: Buffer.from('{"reason":"x"}') }],
    ['header-account', { headers: {} }],
  ])('that is broken answers %s: %j', (problem, change) => {
    expect(fromRejectedRecord({ ...read(toRejectedRecord(rejected)), ...change })).toEqual({ problem });
  });
});
