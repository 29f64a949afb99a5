import { bigint, int, nullable, table, text, time, word } from './columns';

/**
 * How far one partition of one topic is applied. The row is locked first in every transaction that writes rows, and moves
 * in that transaction: rows and checkpoint are never apart. There is a row for every partition from the moment that the
 * projection knows its log.
 */
export const Checkpoint = table('checkpoint', {
  columns: {
    /** `mps.task-events.v1` or `mps.rejected.v1`: the topic that is followed. */
    topic: word,
    partition: int,
    /** The next offset to apply: every record below it is in the rows (applied or parked). */
    position: bigint,
    /** Offset of the last record applied; null before the first. */
    last_offset: nullable(bigint),
    /**
     * Event id of the last record that is kept, applied or parked, at that offset or before it (genesis records are not kept); empty where
     * it is parked without an id that could be read, null before the first. What the check of a position is made of.
     */
    last_event_id: nullable(text),
    /** Identity of that record: SHA-256 (hex) of its key, headers and value. Another digest at that offset is another log. */
    last_digest: nullable(text),
    /**
     * Each raw offset of the same partition below this is accounted for: its first `notification.received` is applied (or
     * parked), or the log holds no notification there. Starts at 1, after the genesis record. Of rejected records it says
     * nothing and stays 1.
     */
    raw_next: bigint,
    /** One above the highest raw offset whose `notification.received` is applied, or parked. Usually `raw_next`. */
    raw_top: bigint,
    /** Alarm: raw records from `raw_next` up to this were not derived when they should have been. Null: no alarm. */
    underived_to: nullable(bigint),
    /**
     * The highest end that was seen of the topic that the records come from: of `mps.task-events.v1` the raw topic's, else its
     * own. Whatever is applied, that log must never be shorter. May be behind `raw_next` or `position`, which say as much.
     */
    seen_end: bigint,
    /**
     * Everything acknowledged for this partition before this time is in the rows. By the database's clock; goes back only where that clock did;
     * null until first known. The only "now" in the projection.
     */
    complete_as_of: nullable(time),
    /** The end of `mps.task-events.v1` itself when a projector last looked at it; of other topics, and until then, null. */
    event_end: nullable(bigint),
    /** Before it looked, by the database's clock. */
    event_end_as_of: nullable(time),
  },
  key: ['topic', 'partition'],
});
