import { NOTIFICATION_LIST } from '../filter-keys';
import { bigint, bytes, int, nullable, table, text, time, word } from './columns';
import type { Column } from './columns';

/**
 * What became of each thing that was received: a raw record once its `notification.received` is applied (`derived`), or
 * what was no notification at all (`rejected`). Keyed by its own place on the raw or the rejected topic, which a receipt
 * names. Derived again, the first row stays.
 */
export const Notification = table('notification', {
  columns: {
    /** `mps.notifications.v1` or `mps.rejected.v1`. */
    topic: word,
    partition: int,
    /** Offset of the raw, or the rejected, record. */
    offset: bigint,
    /** UUIDv7, sanitised and cut to 200 characters. */
    notification_id: word,
    /** `derived` or `rejected`. */
    state: word as Column<'derived' | 'rejected'>,
    /** Kind of the task as the notification was understood, `unknown` where it was not; null where rejected. */
    kind: nullable(word),
    /** EventType or NotificationType as spelled, sanitised. */
    event_type: nullable(text),
    /** SessionId, sanitised and cut to 200 characters; null where it names none. */
    session_id: nullable(word),
    account: word,
    /** Null where no task is named. */
    task_key: nullable(bytes),
    /** Sanitised TaskId. */
    task_id: nullable(text),
    /** Exact TaskId as JSON text. */
    task_id_json: nullable(text),
    /** The configured source that it came by, cut to 200 characters; null of a derived one that an earlier build derived. */
    source: nullable(word),
    /** `callback`, a queue, `file`, `reconcile`. */
    transport: text,
    trust: nullable(text),
    received: time,
    /** Why it was rejected, or why nothing, or not all, could be read from it. */
    reason: nullable(text),
    /** More about the reason, for a person; of rejected ones only. Sanitised. */
    detail: nullable(text),
    /** SHA-256 (hex) of the bytes: of a rejected one, of its first 16 MiB. */
    digest: nullable(text),
    /** Bytes; null where it was cut off before its end was seen. */
    size: nullable(bigint),
    /** Number of other events derived from it; null where rejected. */
    events: nullable(int),
    /** Offset of its first `notification.received` on the event topic, same partition; null where rejected. */
    event_offset: nullable(bigint),
  },
  key: ['topic', 'partition', 'offset'],
  indexes: [{ name: 'notification_by_received', columns: ['received', 'notification_id'] }],
  filteredBy: NOTIFICATION_LIST,
});
