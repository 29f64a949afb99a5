import { bigint, bytes, int, nullable, table, text, time, word } from './columns';

/**
 * One row per event record that was applied: the event log again, where one task's life can be read. Append-only. The
 * same event id at another offset is a row of its own; a record that was parked has no row here.
 *
 * The record's value, byte for byte, is what `eventText` spells of the columns and `data`; where another writer spelled it
 * otherwise, it is `value`, the other columns are what was read of it, and `data` is null.
 */
export const HistoryEntry = table('history', {
  columns: {
    partition: int,
    offset: bigint,
    /** Null for a `notification.received` that names no task. */
    task_key: nullable(bytes),
    event_id: word,
    /** The bare type, `task.finished`. */
    type: word,
    /** Sanitised; null for events that are not of a subtask. */
    subtask_key: nullable(text),
    /** The provider's own time of the fact, where it gives one. */
    occurred: nullable(time),
    account: word,
    /** The TaskId, sanitised; null where the event has none. */
    subject: nullable(text),
    /** When ingest got the notification. */
    received: time,
    /** When the log took the record: the clock of `at=`. */
    logged: time,
    trust: word,
    /** Id of the notification that it was derived from. */
    causation_id: word,
    /** Version of the mapping. */
    mapper: word,
    /** Offset of that notification on the raw log, same partition. */
    raw_offset: bigint,
    traceparent: nullable(text),
    /** The exact text of the event's data; null where there is `value`. */
    data: nullable(text),
    /** The exact text of the record's value, where the other columns do not come to it. */
    value: nullable(text),
  },
  key: ['partition', 'offset'],
  indexes: [{ name: 'history_of_task', columns: ['task_key', 'partition', 'offset'] }],
});
