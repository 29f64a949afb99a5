import { hash } from 'node:crypto';
import { eventId, interpret, MAPPER_VERSION } from '@mps-ledger/mps';
import type { NotificationReceived, TaskEvent } from '@mps-ledger/tasks';
import { toEventRecord } from './event-record';
import { fromRawRecord, type RawNotification, type UnreadableRawRecord } from './raw-record';
import { DEFAULT_ACCOUNT } from './topics';
import type { EncodedRecord, StoredRecord } from './record';

const MIB = 1024 * 1024;

/** Limits of what is derived from one raw record. Part of the mapping: other limits would derive other events. */
export const DERIVED_LIMITS = {
  /** Key, headers and value of one event; the limit of the log is somewhat higher. */
  eventBytes: 7 * MIB,
  /** All events of one notification together. */
  totalBytes: 64 * MIB,
} as const;

export interface DerivedEvent {
  readonly event: TaskEvent;
  readonly record: EncodedRecord;
  readonly bytes: number;
}

/** The reason in `notification.received` if the bytes of a raw record do not match its header `sha256`. */
export const BROKEN_BYTES = 'raw-record-digest-mismatch';

/**
 * Derives the events of one raw record, as records in order, `notification.received` last. Pure and total: a record that is invalid,
 * whose bytes do not match its digest, or that would exceed the limits gives `notification.received` alone, with the reason in it.
 */
export function eventsOfRecord(record: StoredRecord): readonly DerivedEvent[] {
  const notification = fromRawRecord(record);
  if ('problem' in notification) return [encoded(unreadable(record, notification))];
  const events = interpret(notification);
  if (digestIn(events) !== notification.sha256) return [encoded(received({ ...notification, reason: BROKEN_BYTES }))];
  return withinLimits(events) ?? [tooMuchDerived(notification, events)];
}

/** Whether the events report that their raw record is invalid, so that reading it again may help. */
export function isOfBrokenRecord(derived: readonly DerivedEvent[]): boolean {
  const event = derived.at(-1)?.event;
  return event?.type === 'notification.received' && event.data.reason?.startsWith(BROKEN_RECORD) === true;
}

/**
 * The last event of a raw record as builds before the member `source` derived it; null where that is the same. Its id is the same, as its evidence
 * is the notification id.
 */
export function receivedWithoutSource({ event }: DerivedEvent): EncodedRecord | null {
  if (event.type !== 'notification.received' || event.data.source === undefined) return null;
  const { source: _, ...data } = event.data;
  return toEventRecord({ ...event, data });
}

/** The notification id in the events of a raw record; made of its place in the log if the record has no valid id. */
export function notificationIdOf(record: StoredRecord): string {
  return fromRawRecord(record).id ?? `record-${record.partition}-${record.offset}`;
}

const BROKEN_RECORD = 'raw-record-';

/** The digest of the bytes that were interpreted. */
function digestIn(events: readonly TaskEvent[]): string | undefined {
  const last = events.at(-1);
  return last?.type === 'notification.received' ? last.data.digest : undefined;
}

/** The events as records; null if they exceed the limits. */
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

/** The only event of a notification that exceeds the limits; it names the task if that fits. */
function tooMuchDerived(notification: RawNotification, events: readonly TaskEvent[]): DerivedEvent {
  const reason = 'too-much-to-derive';
  const last = events.at(-1);
  if (last?.type === 'notification.received') {
    const attributed = encoded({ ...last, data: { ...last.data, ...NOTHING_DERIVED, reason } });
    if (attributed.bytes <= DERIVED_LIMITS.eventBytes) return attributed;
  }
  return encoded(received({ ...notification, reason }));
}

const NOTHING_DERIVED = { events: 0, events_digest: sha256(''), event_ids: [] } as const;

function unreadable(record: StoredRecord, { problem, ...sound }: UnreadableRawRecord): NotificationReceived {
  return received({
    id: notificationIdOf(record),
    account: sound.account ?? DEFAULT_ACCOUNT,
    transport: sound.transport ?? 'unknown',
    ...(sound.source !== undefined && { source: sound.source }),
    trust: sound.trust ?? 'file',
    received: sound.received ?? record.logged,
    ...(sound.traceparent !== undefined && { traceparent: sound.traceparent }),
    rawOffset: record.offset,
    bytes: sound.bytes ?? new Uint8Array(),
    reason: `${BROKEN_RECORD}${problem}`,
  });
}

type UnattributedNotification = Pick<
  RawNotification,
  'id' | 'account' | 'transport' | 'trust' | 'received' | 'traceparent' | 'rawOffset' | 'bytes'
> & { readonly source?: string; readonly reason: string };

function received(notification: UnattributedNotification): NotificationReceived {
  const { id, account, transport, source, trust, bytes, rawOffset, traceparent, reason } = notification;
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
      ...(source !== undefined && { source }),
      transport,
    },
  };
}

function encoded(event: TaskEvent): DerivedEvent {
  const record = toEventRecord(event);
  return { event, record, bytes: sizeOf(record) };
}

/** An upper bound of the size that the log counts: it may write headers as JSON, in which quotes and backslashes take two bytes. */
function sizeOf({ key, value, headers }: EncodedRecord): number {
  let bytes = key.length + value.length;
  for (const name in headers) bytes += name.length + 6 + 2 * Buffer.byteLength(headers[name] ?? '');
  return bytes;
}

function sha256(bytes: string | Uint8Array): string {
  return hash('sha256', bytes);
}
