import { bigint, bytes, int, nullable, table, text, time, word } from './columns';

/**
 * One row for each first `notification.received` after which a task's standing (status, outcome, error code, confirmation) differs
 * from the one before, computed at that event of the log, never at the end of a batch: the same log gives the same rows. While
 * another notification of the task is half on the log, the change waits for its end. Append-only.
 *
 * The log generation is that of the projection, so a row is named by partition and raw offset. Rows are kept by the offset of the
 * `notification.received`, in whose order they are read; the rest of what is sent of a row is in its row of history.
 */
export const Transition = table('transition', {
  columns: {
    partition: int,
    /** Of the first `notification.received` of the raw record, on the event topic. */
    offset: bigint,
    /** Of that raw record, same partition; in one row at most. */
    raw_offset: bigint,
    task_key: bytes,
    account: word,
    kind: word,
    status: word,
    /** Null until finished. */
    outcome: nullable(word),
    /** As in the task's row. */
    error_code: nullable(word),
    confirmation: nullable(word),
    /** When the log took the `notification.received`. */
    logged: time,
    /** The exact JSON text of the state change's data. */
    data: text,
  },
  key: ['partition', 'offset'],
  indexes: [{ name: 'transition_of_task', columns: ['task_key', 'offset'] }],
});
