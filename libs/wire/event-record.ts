import type { Hearing, TaskEvent, TaskEventType } from '@mps-ledger/tasks';
import { CLOUD_EVENT_TYPE_PREFIX, recordKeyOf, sourceOf, subjectOf } from './cloud-event';
import { trustOf } from './raw-record';
import { header, type RecordRead, type RecordToAppend } from './record';
import { CURRENT_VERSION, schemaId } from './schemas';
import { isInstant, parseCount, parseJson, sanitise } from './text';
import { UPCASTERS, upcast, type Upcasters } from './upcasters';
import { faultOf, isTaskEventType } from './validation';

/** What decoding answers for a record that is no event: why, and what is known of it all the same. */
export interface Undecodable {
  readonly ok: false;
  /** A stable word, for some followed by `: ` and where. */
  readonly reason: string;
  readonly eventId?: string;
  readonly type?: string;
  readonly account?: string;
  /** Exact; only from data that could be parsed. */
  readonly taskId?: string;
  readonly rawOffset?: number;
}

export type Decoded = { readonly ok: true; readonly event: TaskEvent } | Undecodable;

/**
 * The event as a CloudEvents 1.0 record in Kafka's binary mode. Key: the partition key. Value: the data as JSON, in the
 * order it has, which interpreting made canonical. Header values are Unicode text without control characters.
 */
export function toEventRecord(event: TaskEvent): RecordToAppend {
  const { hearing, data } = event;
  const key = recordKeyOf(event);
  const subject = subjectOf(event);
  const headers: Record<string, string> = {
    ce_specversion: '1.0',
    ce_id: event.id,
    ce_source: sourceOf(data.account),
    ce_type: CLOUD_EVENT_TYPE_PREFIX + event.type,
    ce_dataschema: schemaId(event.type, CURRENT_VERSION),
    'content-type': 'application/json',
    ce_recordedtime: hearing.received,
    ce_partitionkey: sanitise(key),
    ce_trust: hearing.trust,
    ce_causationid: hearing.causationId,
    ce_rawoffset: String(hearing.rawOffset),
    ce_mapper: hearing.mapper,
  };
  if (subject !== undefined) headers['ce_subject'] = subject;
  if (event.occurred !== null) headers['ce_time'] = event.occurred;
  if (hearing.traceparent !== undefined) headers['traceparent'] = hearing.traceparent;
  return { key: Buffer.from(key), value: Buffer.from(JSON.stringify(data)), headers };
}

/** Reads an event record written by any version of us. Never throws: what is wrong is answered as a reason. */
export function fromEventRecord(record: RecordRead): Decoded {
  return decodeEvent(record, UPCASTERS);
}

/** As `fromEventRecord`, with another table of upcasters and another version to bring the data to. */
export function decodeEvent(record: RecordRead, upcasters: Upcasters, version = CURRENT_VERSION): Decoded {
  const parsed = record.value === null ? null : parseJson(record.value);
  const refuse = (reason: string): Undecodable => ({ ok: false, reason, ...whatIsKnown(record, parsed?.value) });
  if (record.value === null) return refuse('no-value');
  if (header(record, 'ce_specversion') !== '1.0') return refuse('header-ce_specversion');
  const id = header(record, 'ce_id');
  if (id === undefined || !EVENT_ID.test(id)) return refuse('header-ce_id');
  const type = typeOf(record);
  if (type === null) return refuse('unknown-type');
  const occurred = header(record, 'ce_time') ?? null;
  if (occurred !== null && !isInstant(occurred)) return refuse('header-ce_time');
  const hearing = hearingOf(record);
  if (typeof hearing === 'string') return refuse(hearing);
  if (parsed === null) return refuse('not-json');
  const current = currentData(record, type, parsed.value, upcasters, version);
  if (current === null) return refuse('unknown-version');
  const fault = faultOf(type, current.data);
  if (fault !== null) return refuse(`data: ${fault}`);
  // The schema of this type has just accepted this data; TypeScript cannot follow a type through a table of schemas.
  const event = { id, type, occurred, hearing, data: current.data } as TaskEvent;
  const mismatch = mismatchOf(record, event);
  return mismatch === null ? { ok: true, event } : refuse(mismatch);
}

const EVENT_ID = /^[0-9a-f]{64}$/;

function typeOf(record: RecordRead): TaskEventType | null {
  const text = header(record, 'ce_type') ?? '';
  const type = text.slice(CLOUD_EVENT_TYPE_PREFIX.length);
  return text.startsWith(CLOUD_EVENT_TYPE_PREFIX) && isTaskEventType(type) ? type : null;
}

function hearingOf(record: RecordRead): Hearing | string {
  const trust = trustOf(header(record, 'ce_trust'));
  if (trust === undefined) return 'header-ce_trust';
  const received = header(record, 'ce_recordedtime') ?? '';
  if (!isInstant(received)) return 'header-ce_recordedtime';
  const causationId = header(record, 'ce_causationid') ?? '';
  if (causationId === '') return 'header-ce_causationid';
  const rawOffset = parseCount(header(record, 'ce_rawoffset') ?? '');
  if (rawOffset === null) return 'header-ce_rawoffset';
  const mapper = header(record, 'ce_mapper') ?? '';
  if (mapper === '') return 'header-ce_mapper';
  const traceparent = header(record, 'traceparent');
  return { trust, received, causationId, rawOffset, mapper, ...(traceparent !== undefined && { traceparent }) };
}

function currentData(
  record: RecordRead,
  type: TaskEventType,
  data: unknown,
  upcasters: Upcasters,
  current: number,
): { readonly data: unknown } | null {
  const named = header(record, 'ce_dataschema') ?? '';
  if (named === schemaId(type, current)) return { data };
  const version = parseCount(named.slice(named.lastIndexOf(':') + 1));
  if (version === null || version === 0 || named !== schemaId(type, version)) return null;
  return upcast(upcasters, type, version, data, current);
}

/** Key, headers and data say some things twice; an event in which they differ is nobody's. */
function mismatchOf(record: RecordRead, event: TaskEvent): string | null {
  if (header(record, 'ce_source') !== sourceOf(event.data.account)) return 'account-mismatch';
  if (header(record, 'ce_subject') !== subjectOf(event)) return 'subject-mismatch';
  if (record.key === null || !record.key.equals(Buffer.from(recordKeyOf(event)))) return 'key-mismatch';
  if (event.type === 'notification.received' && event.data.notification_id !== event.hearing.causationId)
    return 'causation-mismatch';
  return null;
}

function whatIsKnown(record: RecordRead, data: unknown): Omit<Undecodable, 'ok' | 'reason'> {
  const members = new Map<string, unknown>(typeof data === 'object' && data !== null ? Object.entries(data) : []);
  const eventId = header(record, 'ce_id');
  const type = header(record, 'ce_type');
  const account = members.get('account');
  const taskId = members.get('task_id');
  const rawOffset = parseCount(header(record, 'ce_rawoffset') ?? '');
  return {
    ...(eventId !== undefined && { eventId }),
    ...(type !== undefined && { type }),
    ...(typeof account === 'string' && { account }),
    ...(typeof taskId === 'string' && { taskId }),
    ...(rawOffset !== null && { rawOffset }),
  };
}
