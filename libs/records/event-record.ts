import type { Hearing, TaskEvent, TaskEventType } from '@mps-ledger/tasks';
import {
  attributesOf,
  CLOUD_EVENT_TYPE_PREFIX,
  EVENT_HEADERS,
  eventText,
  recordKeyOf,
  sourceOf,
  subjectOf,
} from './cloud-event';
import { readMembers, textIn, type EventMembers } from './event-members';
import { trustOf } from './raw-record';
import { header, type EncodedRecord, type StoredRecord } from './record';
import { summaryOfEvent, summaryOfMembers, type EventSummary } from './event-summary';
import { CURRENT_VERSION, schemaId } from './schemas';
import { isTime, parseCount, utf8Text } from './text';
import { UPCASTERS, upcast, type Upcasters } from './upcasters';
import { faultOf, isTaskEventType } from './validation';

/** The result of decoding a record that is not a valid event: the reason, and what could be read. */
export interface UndecodableRecord extends EventSummary {
  readonly ok: false;
  /** A stable code, for some reasons followed by `: ` and the place. */
  readonly reason: string;
}

/** An event read from its record. */
export interface DecodedRecord {
  readonly ok: true;
  readonly event: TaskEvent;
  /**
   * The exact text of its data, if `eventText` of the event's attributes and this text equals the text that was read; null if the
   * event was written differently, by another writer.
   */
  readonly dataText: string | null;
}

export type DecodeResult = DecodedRecord | UndecodableRecord;

/**
 * The event as a CloudEvents 1.0 record in Kafka's structured mode. Key: the partition key. Value: the event, with the members of its
 * data in canonical order.
 */
export function toEventRecord(event: TaskEvent): EncodedRecord {
  return {
    key: Buffer.from(recordKeyOf(event)),
    value: Buffer.from(eventText(attributesOf(event), JSON.stringify(event.data))),
    headers: EVENT_HEADERS,
  };
}

/** Decodes an event record written by any version of this software. Never throws: an invalid record gives a reason. */
export function fromEventRecord(record: StoredRecord): DecodeResult {
  return decodeEvent(record, UPCASTERS);
}

const CONTENT_TYPE = /^application\/cloudevents\+json *(?:; *charset="?utf-8"? *)?$/i;

/** Decodes an event record like `fromEventRecord`, with the given table of upcasters and target version. */
export function decodeEvent(record: StoredRecord, upcasters: Upcasters, version = CURRENT_VERSION): DecodeResult {
  if (record.value === null) return { ok: false, reason: 'no-value' };
  const text = utf8Text(record.value);
  const decoded = text === null ? NOT_JSON : decodeText(text, upcasters, version);
  if (!isStructured(record))
    return { ...(decoded.ok ? summaryOfEvent(decoded.event) : decoded), ok: false, reason: 'content-type' };
  if (!decoded.ok) return decoded;
  const isOwnKey = record.key?.equals(Buffer.from(recordKeyOf(decoded.event))) === true;
  return isOwnKey ? decoded : { ok: false, reason: 'key-mismatch', ...summaryOfEvent(decoded.event) };
}

function isStructured(record: StoredRecord): boolean {
  const type = header(record, 'content-type') ?? '';
  return type === EVENT_HEADERS['content-type'] || CONTENT_TYPE.test(type);
}

/** Decodes the text of an event, wherever it is stored. Never throws. */
export function fromEventText(text: string): DecodeResult {
  return decodeText(text, UPCASTERS, CURRENT_VERSION);
}

const NOT_JSON: UndecodableRecord = { ok: false, reason: 'not-json' };
const EVENT_ID = /^[0-9a-f]{64}$/;

function decodeText(text: string, upcasters: Upcasters, version: number): DecodeResult {
  const members = readMembers(text);
  if (members === null) return NOT_JSON;
  const event = eventOf(members, upcasters, version);
  if (typeof event === 'string') return { ok: false, reason: event, ...summaryOfMembers(members) };
  const isSpelledAsNow = textIn(members, 'dataschema') === schemaId(event.type, CURRENT_VERSION);
  return { ok: true, event, dataText: isSpelledAsNow ? members.dataText : null };
}

/** The event, or the reason why it is invalid. */
function eventOf(members: EventMembers, upcasters: Upcasters, version: number): TaskEvent | string {
  if (members.repeated !== null) return `repeated-member: ${members.repeated}`;
  if (members.attributes.specversion !== '1.0') return 'member-specversion';
  const id = textIn(members, 'id');
  if (id === undefined || !EVENT_ID.test(id)) return 'member-id';
  const type = typeOf(members);
  if (type === null) return 'unknown-type';
  const { time: occurred = null } = members.attributes;
  if (occurred !== null && !isTime(occurred)) return 'member-time';
  const hearing = hearingOf(members);
  if (typeof hearing === 'string') return hearing;
  if (members.data === undefined) return 'member-data';
  const current = currentData(members, type, upcasters, version);
  if (current === null) return 'unknown-version';
  const fault = faultOf(type, current.data);
  if (fault !== null) return `data: ${fault}`;
  // The schema of this type has just accepted this data; TypeScript cannot follow a type through a table of schemas.
  const event = { id, type, occurred, hearing, data: current.data } as TaskEvent;
  return mismatchOf(members, event) ?? event;
}

function typeOf(members: EventMembers): TaskEventType | null {
  const text = textIn(members, 'type') ?? '';
  const type = text.slice(CLOUD_EVENT_TYPE_PREFIX.length);
  return text.startsWith(CLOUD_EVENT_TYPE_PREFIX) && isTaskEventType(type) ? type : null;
}

function hearingOf(members: EventMembers): Hearing | string {
  const trust = trustOf(textIn(members, 'trust'));
  if (trust === undefined) return 'member-trust';
  const received = textIn(members, 'recordedtime');
  if (!isTime(received)) return 'member-recordedtime';
  const causationId = textIn(members, 'causationid') ?? '';
  if (causationId === '') return 'member-causationid';
  const rawOffset = parseCount(textIn(members, 'rawoffset') ?? '');
  if (rawOffset === null) return 'member-rawoffset';
  const mapper = textIn(members, 'mapper') ?? '';
  if (mapper === '') return 'member-mapper';
  const { traceparent } = members.attributes;
  if (traceparent === undefined || traceparent === null) return { trust, received, causationId, rawOffset, mapper };
  if (typeof traceparent !== 'string') return 'member-traceparent';
  return { trust, received, causationId, rawOffset, mapper, traceparent };
}

function currentData(
  members: EventMembers,
  type: TaskEventType,
  upcasters: Upcasters,
  current: number,
): { readonly data: unknown } | null {
  const { data } = members;
  const named = textIn(members, 'dataschema') ?? '';
  if (named === schemaId(type, current)) return { data };
  const version = parseCount(named.slice(named.lastIndexOf(':') + 1));
  if (version === null || version === 0 || named !== schemaId(type, version)) return null;
  return upcast(upcasters, type, version, data, current);
}

/** The reason why attributes and data contradict each other; null if they agree. */
function mismatchOf({ attributes }: EventMembers, event: TaskEvent): string | null {
  if (attributes.source !== sourceOf(event.data.account)) return 'account-mismatch';
  if ((attributes.subject ?? null) !== subjectOf(event)) return 'subject-mismatch';
  if (event.type === 'notification.received' && event.data.notification_id !== event.hearing.causationId)
    return 'causation-mismatch';
  return null;
}

/** The summary of an event record, as far as it can be read. Never throws. */
export function summaryOfRecord(record: StoredRecord): EventSummary {
  const decoded = fromEventRecord(record);
  return decoded.ok ? summaryOfEvent(decoded.event) : decoded;
}
