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
  attributesOf,
  decodeEvent,
  EVENT_HEADERS,
  eventText,
  fromEventRecord,
  fromEventText,
  summaryOfRecord,
  toEventRecord,
} from './index';
import type { EncodedRecord, StoredRecord } from './record';

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
  'live.result-reported': fc.record({
    ...subject,
    notification_type: someText,
    session_id: brokenText,
    results: fc.dictionary(someText, json),
  }),
  'live.ended': fc.record(
    { ...subject, error_code: code, message: brokenText },
    { requiredKeys: ['account', 'task_id'] },
  ),
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

const read = (record: EncodedRecord): StoredRecord => ({
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

const text = (event: TaskEvent): string => toEventRecord(event).value.toString();

/** The record of `started` with another value. */
const spelled = (value: string | Buffer | null): StoredRecord =>
  read({ ...toEventRecord(started), value: (typeof value === 'string' ? Buffer.from(value) : value) as Buffer });

/** The record of `started`, with some members changed, or left out where undefined. */
function broken(members: object): StoredRecord {
  return spelled(JSON.stringify({ ...(JSON.parse(text(started)) as object), ...members }));
}

/** The same members as somebody else might write them. */
const OTHER_SPELLINGS: readonly (readonly [what: string, spell: (text: string) => string])[] = [
  ['indented', (it) => JSON.stringify(JSON.parse(it), null, 2)],
  ['with space around it', (it) => ` \n${it}\r\n`],
  ['with a space before the data', (it) => it.replace('"data":', '"data" : ')],
  ['in another order', (it) => JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(it) as object).reverse()))],
  [
    'with members that we do not know',
    (it) => it.replace('{', '{"partitionkey":"k","__proto__":{"id":1},"":[{"id":2}],'),
  ],
  ['with a member after the data', (it) => it.replace(/\}$/, ',"later":{"id":"x"}}')],
  ['with escapes', (it) => it.replaceAll('mps', '\\u006dps').replace('"id"', '"\\u0069d"')],
  ['with null for what is not there', (it) => it.replace('"mapper"', '"x":null,"mapper"')],
  [
    'with a type of content',
    (it) => it.replace('"recordedtime"', '"datacontenttype":"application/json","recordedtime"'),
  ],
];

describe('an event on the log', () => {
  it('reads back as the event that was written, for every type, odd text and odd JSON', () => {
    checkProperty(
      fc.property(anyEvent, (event) => {
        expect(fromEventRecord(read(toEventRecord(event)))).toMatchObject({ ok: true, event });
      }),
    );
  });

  it('has one header, and its members in one order', () => {
    const order = [
      ...['specversion', 'id', 'source', 'type', 'subject', 'time', 'dataschema', 'recordedtime', 'trust'],
      ...['causationid', 'rawoffset', 'mapper', 'traceparent', 'data'],
    ];
    checkProperty(
      fc.property(anyEvent, (event) => {
        const { headers, value } = toEventRecord(event);
        expect(headers).toEqual({ 'content-type': 'application/cloudevents+json; charset=UTF-8' });
        const members = JSON.parse(value.toString()) as Record<string, unknown>;
        const absent = [
          ...(event.data.task_id === undefined ? ['subject'] : []),
          ...(event.occurred === null ? ['time'] : []),
          ...(event.hearing.traceparent === undefined ? ['traceparent'] : []),
        ];
        expect(Object.keys(members)).toEqual(order.filter((name) => !absent.includes(name)));
        expect(members['data']).toEqual(event.data);
      }),
    );
  });

  it('has attributes that are Unicode text without control characters', () => {
    checkProperty(
      fc.property(anyEvent, (event) => {
        const { data, ...attributes } = JSON.parse(text(event)) as Record<string, unknown>;
        expect(data).toBeDefined();
        for (const value of Object.values(attributes)) expect(value).not.toMatch(/[\p{Cc}\p{Cs}]/u);
      }),
    );
  });

  it('is, for ever, these bytes', () => {
    expect({ ...toEventRecord(started), value: text(started) }).toEqual({
      key: Buffer.from('T-1'),
      headers: EVENT_HEADERS,
      value:
        `{"specversion":"1.0","id":"${'a'.repeat(64)}","source":"/mps/default","type":"mps.task.started","subject":"T-1",` +
        '"dataschema":"urn:mps-ledger:schema:task.started:1","recordedtime":"2026-11-22T09:00:00.000Z",' +
        '"trust":"callback-unsigned","causationid":"0197a000-0000-7000-8000-000000000000","rawoffset":"5","mapper":"mps1",' +
        '"data":{"account":"default","task_id":"T-1","kind":"workflow","status":"PROCESSING","listed":{}}}',
    });
    const more = {
      ...started,
      occurred: '2026-11-22T08:59:59.000Z',
      hearing: { ...started.hearing, traceparent: '00-a-b-01' },
    };
    expect(text(more)).toBe(
      text(started)
        .replace('"dataschema"', '"time":"2026-11-22T08:59:59.000Z","dataschema"')
        .replace('"data":', '"traceparent":"00-a-b-01","data":'),
    );
  });

  it('has the account in the key of tasks that are not in account default', () => {
    const record = toEventRecord({ ...started, data: { ...started.data, account: 'acme' } });
    expect(record.key.toString()).toBe('acme/T-1');
    expect(record.value.toString()).toContain('"source":"/mps/acme"');
  });
});

describe('the text of an event', () => {
  it('is put together again from its attributes and the text of its data, which is not parsed for it', () => {
    checkProperty(
      fc.property(anyEvent, (event) => {
        const decoded = fromEventText(text(event));
        if (!decoded.ok) throw new Error(decoded.reason);
        // Where a TaskId needs escapes, the text is kept whole.
        if (decoded.dataText === null) expect(attributesOf(event).subject).toMatch(/["\\]/);
        else expect(eventText(attributesOf(decoded.event), decoded.dataText)).toBe(text(event));
      }),
    );
  });

  it.each(OTHER_SPELLINGS)(
    'reads alike however it is spelled, and says whether it can be put together: %s',
    (_what, spell) => {
      checkProperty(
        fc.property(anyEvent, (event) => {
          const other = spell(text(event));
          const decoded = fromEventRecord(read({ ...toEventRecord(event), value: Buffer.from(other) }));
          expect(decoded).toMatchObject({ ok: true, event });
          if (decoded.ok && decoded.dataText !== null)
            expect(eventText(attributesOf(event), decoded.dataText)).toBe(other);
        }),
        50,
      );
    },
  );

  it('keeps digits and escapes in the data', () => {
    const data =
      '{"account":"default","task_id":"T-1","kind":"workflow","listed":{},"input":{"a":1.0,"b":1e400,"c":"\\ud800\\u0000","__proto__":[ ]}}';
    const other = text(started).replace(/"data":.*$/, `"data":${data}}`);
    expect(fromEventRecord(spelled(other))).toMatchObject({ ok: true, dataText: data });
  });
});

describe('a record that is no event', () => {
  it.each<[string, object]>([
    ['member-specversion', { specversion: '0.3' }],
    ['member-specversion', { specversion: 1 }],
    ['member-id', { id: 'x' }],
    ['member-id', { id: undefined }],
    ['member-id', { id: ['a'.repeat(64)] }],
    ['unknown-type', { type: 'mps.task.exploded' }],
    ['unknown-type', { type: 'task.started' }],
    ['unknown-type', { type: 'mps.__proto__' }],
    ['unknown-type', { type: undefined }],
    ['member-time', { time: '0000-00-00T00:00:00Z' }],
    ['member-time', { time: '2026-02-30T00:00:00.000Z' }],
    ['member-time', { time: 0 }],
    ['member-trust', { trust: 'hearsay' }],
    ['member-recordedtime', { recordedtime: 'yesterday' }],
    ['member-recordedtime', { recordedtime: null }],
    ['member-causationid', { causationid: undefined }],
    ['member-causationid', { causationid: '' }],
    ['member-rawoffset', { rawoffset: '1e3' }],
    ['member-rawoffset', { rawoffset: 5 }],
    ['member-rawoffset', { rawoffset: '9007199254740992' }],
    ['member-mapper', { mapper: '' }],
    ['member-traceparent', { traceparent: {} }],
    ['member-data', { data: undefined }],
    ['unknown-version', { dataschema: 'urn:mps-ledger:schema:task.started:2' }],
    ['unknown-version', { dataschema: 'urn:mps-ledger:schema:task.started:0' }],
    ['unknown-version', { dataschema: 'urn:mps-ledger:schema:task.finished:1' }],
    ['unknown-version', { dataschema: undefined }],
    ['account-mismatch', { source: '/mps/acme' }],
    ['account-mismatch', { source: undefined }],
    ['subject-mismatch', { subject: 'T-2' }],
    ['subject-mismatch', { subject: undefined }],
    ['data: / must be object', { data: null }],
    ['data: / must be object', { data: '{}' }],
    ["data: / must have required property 'kind'", { data: { account: 'default', task_id: 'T-1' } }],
  ])('is answered with %s: %j', (reason, members) => {
    expect(fromEventRecord(broken(members))).toMatchObject({ ok: false, reason });
    // Spelled as nobody of us does, it is refused alike.
    const indented = JSON.stringify(JSON.parse(String(broken(members).value)), null, 1);
    expect(fromEventRecord(spelled(indented))).toMatchObject({ ok: false, reason });
  });

  it.each<[string, Buffer | string | null]>([
    ['no-value', null],
    ['not-json', '{'],
    ['not-json', ''],
    ['not-json', '[]'],
    ['not-json', '"text"'],
    ['not-json', 'null'],
    ['not-json', Buffer.from([0x22, 0xff, 0x22])],
    ['not-json', `\ufeff${text(started)}`],
    ['not-json', `${text(started)}}`],
    ['not-json', text(started).replace('"mps1"', '"mps\t1"')],
    ['not-json', Buffer.from(text(started).replace('PROCESSING', '\u00ff'), 'latin1')],
    ['repeated-member: id', text(started).replace('{', `{"id":"${'b'.repeat(64)}",`)],
    ['repeated-member: id', text(started).replace('{', `{"\\u0069d" : "${'a'.repeat(64)}",`)],
    ['repeated-member: data', text(started).replace(/\}$/, ',"data":{}}')],
    ['repeated-member: later', text(started).replace(/\}$/, ',"later":"\\"","later":1}')],
  ])('is answered with %s: %s', (reason, value) => {
    expect(fromEventRecord(spelled(value))).toMatchObject({ ok: false, reason });
  });

  it.each<Record<string, string>>([
    {},
    { 'content-type': 'application/json' },
    { 'content-type': 'application/cloudevents+json; charset=latin1' },
  ])('is not known by its value alone: %j', (headers) => {
    expect(fromEventRecord({ ...read(toEventRecord(started)), headers })).toMatchObject({
      ...{ ok: false, reason: 'content-type', eventId: started.id, taskId: 'T-1' },
    });
  });

  it('is none for the sake of another header, or of how the content type is spelled', () => {
    for (const type of ['application/cloudevents+json', 'Application/CloudEvents+JSON; charset="utf-8"'])
      expect(
        fromEventRecord({ ...read(toEventRecord(started)), headers: { 'content-type': type, traced: 'by others' } }),
      ).toHaveProperty('ok', true);
  });

  it.each([null, 'T-2', 'acme/T-1', ''])('is answered with key-mismatch: %j', (key) => {
    const record = { ...read(toEventRecord(started)), key: key === null ? null : Buffer.from(key) };
    expect(fromEventRecord(record)).toMatchObject({ ok: false, reason: 'key-mismatch', taskId: 'T-1' });
  });

  it('is a notification.received that names another notification than it was read from', () => {
    checkProperty(
      fc.property(
        anyEvent.filter(({ type }) => type === 'notification.received'),
        (event) => {
          const other = { ...event, hearing: { ...event.hearing, causationId: 'another' } };
          expect(fromEventRecord(read(toEventRecord(other)))).toMatchObject({
            ok: false,
            reason: 'causation-mismatch',
          });
        },
      ),
      20,
    );
  });

  it('still reports the ids of its event and task', () => {
    const said = {
      ...{ eventId: 'a'.repeat(64), type: 'mps.task.started', account: 'default', taskId: 'T-1', rawOffset: 5 },
      ...{ causationId: started.hearing.causationId, received: started.hearing.received },
    };
    expect(fromEventRecord(broken({ trust: 'hearsay' }))).toEqual({ ok: false, reason: 'member-trust', ...said });
    expect(summaryOfRecord(read(toEventRecord(started)))).toEqual(said);
  });

  it('never makes decoding throw, whatever its bytes and headers', () => {
    const members = fc.dictionary(
      fc.oneof(fc.string(), fc.constantFrom(...Object.keys(JSON.parse(text(started)) as object))),
      fc.oneof(brokenText, fc.jsonValue()),
    );
    const record = fc.record({
      key: fc.option(fc.uint8Array().map((bytes) => Buffer.from(bytes))),
      value: fc.option(
        fc.oneof(
          fc.uint8Array().map((bytes) => Buffer.from(bytes)),
          fc.json().map((json) => Buffer.from(json)),
          members.map((some) =>
            Buffer.from(JSON.stringify({ ...(JSON.parse(text(started)) as object), ...some, id: 1 })),
          ),
        ),
      ),
      headers: fc.constantFrom(EVENT_HEADERS, {}),
    });
    checkProperty(
      fc.property(record, (any) => {
        expect(fromEventRecord({ ...read(toEventRecord(started)), ...any })).toHaveProperty('ok', false);
        expect(summaryOfRecord({ ...read(toEventRecord(started)), ...any })).toBeDefined();
      }),
    );
  });

  it('may be nested so deep that only a refusal is possible', () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    expect(fromEventRecord(spelled(`{"account":${deep}}`))).toHaveProperty('ok', false);
    expect(fromEventRecord(spelled(text(started).replace('"default"', deep)))).toHaveProperty('ok', false);
  });
});

describe('data of an older version', () => {
  // Version 1 is current, so the seat is tried through the step that would follow it.
  const steps = new Map([
    ['urn:mps-ledger:schema:task.started:1', (data: unknown) => ({ ...(data as object), status: 'X' })],
  ]);

  it('is brought to the current one by its upcaster before it is validated', () => {
    const decoded = decodeEvent(read(toEventRecord(started)), steps, 2);
    expect(decoded).toMatchObject({ ok: true, event: { data: { status: 'X' } } });
  });

  it('is refused where the step is missing', () => {
    expect(decodeEvent(read(toEventRecord(started)), new Map(), 2)).toMatchObject({
      ok: false,
      reason: 'unknown-version',
    });
  });
});
