import { int, table, word } from './columns';

/**
 * Which log this schema is a projection of: one row, written when the projector first meets a log and never changed. A
 * log of another id or generations is refused, not followed.
 */
export const Projection = table('projection', {
  columns: {
    /** `tasks`. */
    name: word,
    /** Version of the fold that wrote the rows. */
    fold_version: int,
    /** 12 characters of `[a-z0-9]`: part of every receipt and position. */
    log_id: word,
    /** Which copy of the log the rows are made of, from 1: what receipts and raw offsets belong to. */
    log_generation: int,
    /** Which derivation in it, from 1: with the log generation, what event offsets belong to. No row says it again. */
    event_generation: int,
    /** Partitions of each topic: the length of a position. */
    partitions: int,
  },
  key: ['name'],
});
