import fc from 'fast-check';
import { anyText, checkProperty } from '@mps-ledger/spec-kit';
import {
  TASK_EVENT_TYPES,
  TASK_KINDS,
  TRUSTS,
  type Hearing,
  type Json,
  type TaskEvent,
  type TaskEventType,
} from '@mps-ledger/tasks';
import {
  decodeEvent,
  fromEventRecord,
  toCloudEvent,
  toEventRecord,
  type RecordRead,
  type RecordToAppend,
} from './index';

const hex64 = fc.stringMatching(/^[0-9a-f]{64}$/);
const instant = fc
  .date({ min: new Date('0001-01-01T00:00:00.000Z'), max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true })
  .map((date) => date.toISOString());
const someText = anyText({ minLength: 1 });
const brokenText = fc.oneof(
  someText,
  fc.constantFrom('\u0000', '\ud800', 'a\nb', '__proto__', 'a/b%c"', '漢字', '\u202e'),
);
const account = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,62}$/);
// Passed through JSON once, so that a value has the order that parsing gives it.
const json = fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)) as Json);
const hearing: fc.Arbitrary<Hearing> = fc.record(
  {
    trust: fc.constantFrom(...TRUSTS),
    received: instant,
    causationId: fc.uuid(),
    rawOffset: fc.maxSafeNat(),
    mapper: fc.constant('mps1'),
    traceparent: fc.constant('00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'),
  },
  { requiredKeys: ['trust', 'received', 'causationId', 'rawOffset', 'mapper'] },
);

const subject = { account, task_id: brokenText };
const subtask = { ...subject, key: someText, kind: someText, definition: brokenText };
const code = fc.oneof(fc.integer(), brokenText);
const kind = fc.constantFrom(...TASK_KINDS);
const report = {
  ...subject,
  kind,
  status: brokenText,
  session_id: brokenText,
  session_context: brokenText,
  input: json,
  listed: fc.dictionary(someText, fc.integer({ min: 1 })),
};
const dataOf: { readonly [Type in TaskEventType]: fc.Arbitrary<object> } = {
  'notification.received': fc.record({
    account,
    notification_id: fc.uuid(),
    event_type: brokenText,
    kind,
    digest: hex64,
    size: fc.nat(),
    transport: fc.constant('callback'),
    events: fc.nat(),
    events_digest: hex64,
    event_ids: fc.array(hex64, { maxLength: 3 }),
  }),
  'task.queued': fc.record(report, { requiredKeys: ['account', 'task_id', 'kind', 'listed'] }),
  'task.started': fc.record(report, { requiredKeys: ['account', 'task_id', 'kind', 'listed'] }),
  'task.finished': fc.record({ ...report, error_code: code, message: brokenText, output: json, result: json }),
  'task.reported': fc.record(report),
  'media.probed': fc.record({ ...subject, metadata: fc.dictionary(someText, json) }),
  'subtask.queued': fc.record(subtask),
  'subtask.started': fc.record({ ...subtask, input: json }),
  'subtask.reported': fc.record({ ...subtask, status: brokenText, at_end: fc.constant(true) }),
  'subtask.progressed': fc.record({ ...subtask, progress: fc.integer({ min: 0, max: 100 }) }),
  'subtask.succeeded': fc.record({ ...subtask, output: json }, { requiredKeys: ['account', 'task_id', 'key', 'kind'] }),
  'subtask.failed': fc.record({ ...subtask, error_code: code, error_code_ext: brokenText, message: brokenText }),
  'subtask.counted': fc.record({ ...subtask, total: fc.nat(), succeeded: fc.nat(), failed: fc.nat() }),
};

const anyEvent: fc.Arbitrary<TaskEvent> = fc.constantFrom(...TASK_EVENT_TYPES).chain((type) =>
  fc
    .record({ id: hex64, occurred: fc.option(instant), hearing, data: dataOf[type] })
    .map(({ data, hearing: heard, ...rest }) => {
      const causationId = 'notification_id' in data ? String(data.notification_id) : heard.causationId;
      const plain = JSON.parse(JSON.stringify(data)) as object;
      return { ...rest, type, hearing: { ...heard, causationId }, data: plain } as TaskEvent;
    }),
);

const read = (record: RecordToAppend): RecordRead => ({
  ...record,
  partition: 3,
  offset: 7,
  logged: '2026-11-22T09:00:00.000Z',
});

const started: TaskEvent = {
  id: 'a'.repeat(64),
  type: 'task.started',
  occurred: null,
  hearing: {
    trust: 'callback-unsigned',
    received: '2026-11-22T09:00:00.000Z',
    causationId: '0197a000-0000-7000-8000-000000000000',
    rawOffset: 5,
    mapper: 'mps1',
  },
  data: { account: 'default', task_id: 'T-1', kind: 'workflow', status: 'PROCESSING', listed: {} },
};

/** The record of `started`, changed. */
function broken(change: { headers?: Record<string, string | undefined>; value?: Buffer | null; key?: Buffer | null }) {
  const record = toEventRecord(started);
  const headers = Object.entries({ ...record.headers, ...change.headers }).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  return fromEventRecord({ ...read(record), ...change, headers: Object.fromEntries(headers) });
}

describe('an event on the log', () => {
  it('reads back as the event that was written, for every type, odd text and odd JSON', () => {
    checkProperty(
      fc.property(anyEvent, (event) => {
        expect(fromEventRecord(read(toEventRecord(event)))).toEqual({ ok: true, event });
      }),
    );
  });

  it('has header values that are Unicode text without control characters', () => {
    checkProperty(
      fc.property(anyEvent, (event) => {
        for (const value of Object.values(toEventRecord(event).headers)) expect(value).not.toMatch(/[\p{Cc}\p{Cs}]/u);
      }),
    );
  });

  it('says in JSON format exactly what its record says in headers and value', () => {
    checkProperty(
      fc.property(anyEvent, (event) => {
        const { headers, value } = toEventRecord(event);
        const { data, datacontenttype, traceparent, ...attributes } = toCloudEvent(event);
        expect({
          ...Object.fromEntries(Object.entries(attributes).map(([name, text]) => [`ce_${name}`, text])),
          'content-type': datacontenttype,
          ...(traceparent !== undefined && { traceparent }),
        }).toEqual(headers);
        expect(JSON.stringify(data)).toBe(value.toString('utf8'));
      }),
    );
  });

  it('carries the headers that consumers are promised', () => {
    expect(toEventRecord(started)).toEqual({
      key: Buffer.from('T-1'),
      value: Buffer.from('{"account":"default","task_id":"T-1","kind":"workflow","status":"PROCESSING","listed":{}}'),
      headers: {
        ce_specversion: '1.0',
        ce_id: 'a'.repeat(64),
        ce_source: '/mps/default',
        ce_type: 'mps.task.started',
        ce_subject: 'T-1',
        ce_dataschema: 'urn:mps-ledger:schema:task.started:1',
        'content-type': 'application/json',
        ce_recordedtime: '2026-11-22T09:00:00.000Z',
        ce_partitionkey: 'T-1',
        ce_trust: 'callback-unsigned',
        ce_causationid: '0197a000-0000-7000-8000-000000000000',
        ce_rawoffset: '5',
        ce_mapper: 'mps1',
      },
    });
  });

  it('has the account in the key of tasks that are not in account default', () => {
    const record = toEventRecord({ ...started, data: { ...started.data, account: 'acme' } });
    expect(record.key.toString()).toBe('acme/T-1');
    expect(record.headers['ce_source']).toBe('/mps/acme');
  });
});

describe('a record that is no event', () => {
  it.each<[string, Parameters<typeof broken>[0]]>([
    ['no-value', { value: null }],
    ['not-json', { value: Buffer.from('{') }],
    ['not-json', { value: Buffer.from([0x22, 0xff, 0x22]) }],
    ['not-json', { value: Buffer.from('\ufeff{}') }],
    ['header-ce_specversion', { headers: { ce_specversion: '0.3' } }],
    ['header-ce_id', { headers: { ce_id: 'x' } }],
    ['unknown-type', { headers: { ce_type: 'mps.task.exploded' } }],
    ['unknown-type', { headers: { ce_type: 'task.started' } }],
    ['unknown-type', { headers: { ce_type: 'mps.__proto__' } }],
    ['unknown-type', { headers: { ce_type: undefined } }],
    ['header-ce_time', { headers: { ce_time: '0000-00-00T00:00:00Z' } }],
    ['header-ce_time', { headers: { ce_time: '2026-02-30T00:00:00.000Z' } }],
    ['header-ce_trust', { headers: { ce_trust: 'hearsay' } }],
    ['header-ce_recordedtime', { headers: { ce_recordedtime: 'yesterday' } }],
    ['header-ce_causationid', { headers: { ce_causationid: undefined } }],
    ['header-ce_rawoffset', { headers: { ce_rawoffset: '1e3' } }],
    ['header-ce_mapper', { headers: { ce_mapper: '' } }],
    ['unknown-version', { headers: { ce_dataschema: 'urn:mps-ledger:schema:task.started:2' } }],
    ['unknown-version', { headers: { ce_dataschema: 'urn:mps-ledger:schema:task.started:0' } }],
    ['unknown-version', { headers: { ce_dataschema: 'urn:mps-ledger:schema:task.finished:1' } }],
    ['unknown-version', { headers: { ce_dataschema: undefined } }],
    ['account-mismatch', { headers: { ce_source: '/mps/acme' } }],
    ['subject-mismatch', { headers: { ce_subject: 'T-2' } }],
    ['subject-mismatch', { headers: { ce_subject: undefined } }],
    ['key-mismatch', { key: Buffer.from('T-2') }],
    ['key-mismatch', { key: null }],
  ])('is answered with %s: %j', (reason, change) => {
    expect(broken(change)).toMatchObject({ ok: false, reason });
  });

  it('is answered with what its schema holds against the data', () => {
    expect(broken({ value: Buffer.from('{"account":"default","task_id":"T-1"}') })).toMatchObject({
      ok: false,
      reason: "data: / must have required property 'kind'",
    });
  });

  it('still says which event of which task it was meant to be', () => {
    expect(broken({ headers: { ce_trust: 'hearsay' } })).toEqual({
      ok: false,
      reason: 'header-ce_trust',
      eventId: 'a'.repeat(64),
      type: 'mps.task.started',
      account: 'default',
      taskId: 'T-1',
      rawOffset: 5,
    });
  });

  it('never makes decoding throw, whatever its bytes and headers', () => {
    const record = fc.record({
      key: fc.option(fc.uint8Array().map((bytes) => Buffer.from(bytes))),
      value: fc.option(fc.oneof(fc.uint8Array(), fc.json()).map((bytes) => Buffer.from(bytes as string))),
      headers: fc.dictionary(
        fc.oneof(fc.string(), fc.constantFrom(...Object.keys(toEventRecord(started).headers))),
        brokenText,
      ),
    });
    checkProperty(
      fc.property(record, (any) => {
        expect(fromEventRecord({ ...read(toEventRecord(started)), ...any })).toHaveProperty('ok', false);
      }),
    );
  });

  it('may be nested so deep that only a refusal is possible', () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    expect(broken({ value: Buffer.from(`{"account":${deep}}`) })).toHaveProperty('ok', false);
  });
});

describe('data of an older version', () => {
  const olderRecord = () => {
    const record = toEventRecord(started);
    const headers = { ...record.headers, ce_dataschema: 'urn:mps-ledger:schema:task.started:1' };
    return read({ ...record, headers });
  };

  it('is brought to the current one by its upcaster before it is validated', () => {
    // Version 1 is current, so the seat is tried through the step that would follow it.
    const steps = new Map([
      ['urn:mps-ledger:schema:task.started:1', (data: unknown) => ({ ...(data as object), status: 'X' })],
    ]);
    expect(decodeEvent(olderRecord(), steps, 2)).toMatchObject({ ok: true, event: { data: { status: 'X' } } });
  });

  it('is refused where the step is missing', () => {
    expect(decodeEvent(olderRecord(), new Map(), 2)).toMatchObject({ ok: false, reason: 'unknown-version' });
  });
});
