import { hash } from 'node:crypto';
import { eventId, interpret, MAPPER_VERSION } from '@mps-ledger/mps';
import type { NotificationReceived, TaskEvent } from '@mps-ledger/tasks';
import { toEventRecord } from './event-record';
import { fromRawRecord, type RawNotification, type RawProblem } from './raw-record';
import { DEFAULT_ACCOUNT } from './topics';
import type { EncodedRecord, StoredRecord } from './record';

const MIB = 1024 * 1024;

/** How much may be derived from one raw record. Part of the mapping: another bound would derive other events. */
export const DERIVED_LIMITS = {
  /** Key, headers and value of one event; the log takes somewhat more. */
  eventBytes: 7 * MIB,
  /** All events of one notification together. */
  totalBytes: 64 * MIB,
} as const;

export interface DerivedEvent {
  readonly event: TaskEvent;
  readonly record: EncodedRecord;
  readonly bytes: number;
}

/** Why nothing is derived of a raw record whose bytes are not those that its header `sha256` names. */
export const BROKEN_BYTES = 'raw-record-digest-mismatch';

/**
 * The events of one raw record as records, in order, `notification.received` last; never none. Pure and total: a record
 * that does not read as one, whose bytes are not those that it names, or of which more would be derived than is allowed, yields
 * `notification.received` alone, with the reason in it.
 */
export function eventsOfRecord(record: StoredRecord): readonly DerivedEvent[] {
  const notification = fromRawRecord(record);
  if ('problem' in notification) return [encoded(unreadable(record, notification))];
  const events = interpret(notification);
  if (digestIn(events) !== notification.sha256) return [encoded(received({ ...notification, reason: BROKEN_BYTES }))];
  return withinLimits(events) ?? [tooMuch(notification, events)];
}

/** Whether derived events say that their raw record does not hold together: read again, it may. */
export function isOfBrokenRecord(derived: readonly DerivedEvent[]): boolean {
  const event = derived.at(-1)?.event;
  return event?.type === 'notification.received' && event.data.reason?.startsWith(BROKEN_RECORD) === true;
}

/** The notification id under which a raw record is derived, whether it reads as one or not. */
export function notificationIdOf(record: StoredRecord): string {
  return fromRawRecord(record).id ?? `record-${record.partition}-${record.offset}`;
}

const BROKEN_RECORD = 'raw-record-';

/** Of the bytes that were interpreted. */
function digestIn(events: readonly TaskEvent[]): string | undefined {
  const last = events.at(-1);
  return last?.type === 'notification.received' ? last.data.digest : undefined;
}

/** Null as soon as the limits are passed. */
function withinLimits(events: readonly TaskEvent[]): readonly DerivedEvent[] | null {
  const derived: DerivedEvent[] = [];
  let total = 0;
  for (const event of events) {
    const one = encoded(event);
    total += one.bytes;
    if (one.bytes > DERIVED_LIMITS.eventBytes || total > DERIVED_LIMITS.totalBytes) return null;
    derived.push(one);
  }
  return derived;
}

/** What became of a notification of which too much would be derived: attributed, if that much can be said of it. */
function tooMuch(notification: RawNotification, events: readonly TaskEvent[]): DerivedEvent {
  const reason = 'too-much-to-derive';
  const last = events.at(-1);
  if (last?.type === 'notification.received') {
    const attributed = encoded({ ...last, data: { ...last.data, ...NOTHING_DERIVED, reason } });
    if (attributed.bytes <= DERIVED_LIMITS.eventBytes) return attributed;
  }
  return encoded(received({ ...notification, reason }));
}

const NOTHING_DERIVED = { events: 0, events_digest: sha256(''), event_ids: [] } as const;

function unreadable(record: StoredRecord, { problem, ...sound }: RawProblem): NotificationReceived {
  return received({
    id: notificationIdOf(record),
    account: sound.account ?? DEFAULT_ACCOUNT,
    transport: sound.transport ?? 'unknown',
    trust: sound.trust ?? 'file',
    received: sound.received ?? record.logged,
    ...(sound.traceparent !== undefined && { traceparent: sound.traceparent }),
    rawOffset: record.offset,
    bytes: sound.bytes ?? Buffer.alloc(0),
    reason: `${BROKEN_RECORD}${problem}`,
  });
}

type Unattributed = Pick<
  RawNotification,
  'id' | 'account' | 'transport' | 'trust' | 'received' | 'traceparent' | 'rawOffset' | 'bytes'
> & { readonly reason: string };

function received(notification: Unattributed): NotificationReceived {
  const { id, account, transport, trust, bytes, rawOffset, traceparent, reason } = notification;
  const type = 'notification.received';
  return {
    id: eventId(account, null, type, null, id),
    type,
    occurred: null,
    hearing: {
      ...{ trust, received: notification.received, causationId: id, rawOffset, mapper: MAPPER_VERSION },
      ...(traceparent !== undefined && { traceparent }),
    },
    data: {
      account,
      digest: sha256(bytes),
      event_ids: NOTHING_DERIVED.event_ids,
      events: NOTHING_DERIVED.events,
      events_digest: NOTHING_DERIVED.events_digest,
      kind: 'unknown',
      notification_id: id,
      reason,
      size: bytes.length,
      transport,
    },
  };
}

function encoded(event: TaskEvent): DerivedEvent {
  const record = toEventRecord(event);
  return { event, record, bytes: sizeOf(record) };
}

/** At most what the log counts: it may write headers as JSON, in which quotes and backslashes take two bytes. */
function sizeOf({ key, value, headers }: EncodedRecord): number {
  let bytes = key.length + value.length;
  for (const name in headers) bytes += name.length + 6 + 2 * Buffer.byteLength(headers[name] ?? '');
  return bytes;
}

function sha256(bytes: string | Buffer): string {
  return hash('sha256', bytes);
}
