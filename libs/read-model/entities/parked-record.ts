import { bigint, bytes, int, nullable, table, text, time, word } from './columns';

/** One row per record that could not be applied, whole, with the reason: to be inspected, fixed and applied again. */
export const ParkedRecord = table('parked', {
  columns: {
    topic: word,
    partition: int,
    offset: bigint,
    /** Null where the record does not say whose it is. */
    task_key: nullable(bytes),
    /** What could be read of it, sanitised. */
    event_id: nullable(text),
    type: nullable(text),
    /** Id of the notification that it was derived from. */
    causation_id: nullable(text),
    raw_offset: nullable(bigint),
    /** Why, in words; sanitised and cut to 2,000 characters. */
    reason: text,
    /** The headers as a JSON object. */
    headers: text,
    key: nullable(bytes),
    value: nullable(bytes),
    /** When ingest got the notification, where the record says so. */
    received: nullable(time),
    /** When the log took the record. */
    logged: time,
  },
  key: ['topic', 'partition', 'offset'],
  indexes: [{ name: 'parked_of_task', columns: ['task_key', 'partition', 'offset'] }],
});
