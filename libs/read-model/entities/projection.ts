import { Column, Entity, PrimaryColumn } from 'typeorm';
import { int, key, word } from './columns';

/**
 * Which log this schema is a projection of: one row, written when the projector first meets a log and never changed. A
 * log of another id or generations is refused, not followed.
 */
@Entity({ name: 'projection' })
export class Projection {
  /** `tasks`. */
  @PrimaryColumn(key('projection', word('name')))
  name!: string;

  /** Version of the fold that wrote the rows. */
  @Column(int('fold_version'))
  foldVersion!: number;

  /** 12 characters of `[a-z0-9]`: part of every receipt and position. */
  @Column(word('log_id'))
  logId!: string;

  /** Which copy of the log the rows are made of, from 1: what receipts and raw offsets belong to. */
  @Column(int('log_generation'))
  logGeneration!: number;

  /** Which derivation in it, from 1: with the log generation, what event offsets belong to. No row says it again. */
  @Column(int('event_generation'))
  eventGeneration!: number;

  /** Partitions of each topic: the length of a position. */
  @Column(int('partitions'))
  partitions!: number;
}
