import { Column, Entity, PrimaryColumn } from 'typeorm';
import { projectionSchema } from '../schema';
import { int, key, word } from './columns';

/**
 * Which log this schema is a projection of: one row, written when the projector first meets a log and never changed. A
 * log of another id or generation is refused, not followed.
 */
@Entity({ schema: projectionSchema, name: 'projection' })
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

  /** Generation of the log, from 1. */
  @Column(int('generation'))
  generation!: number;

  /** Partitions of each topic: the length of a position. */
  @Column(int('partitions'))
  partitions!: number;
}
