import { Column, Entity, PrimaryColumn } from 'typeorm';
import { bigint, int, key, text, time, word } from './columns';

/**
 * How far one partition of one topic is applied. The row is locked first in every transaction that writes rows, and moves
 * in that transaction: rows and checkpoint are never apart. There is a row for every partition from the moment that the
 * projection knows its log.
 */
@Entity({ name: 'checkpoint' })
export class Checkpoint {
  /** `mps.task-events.v1` or `mps.rejected.v1`: the topic that is followed. */
  @PrimaryColumn(key('checkpoint', word('topic')))
  topic!: string;

  @PrimaryColumn(key('checkpoint', int('partition')))
  partition!: number;

  /** The next offset to apply: every record below it is in the rows (applied or parked). */
  @Column(bigint('position'))
  position!: number;

  /** Offset of the last record applied; null before the first. */
  @Column(bigint('last_offset', { nullable: true }))
  lastOffset!: number | null;

  /**
   * Event id of the last record that is kept, applied or parked, at that offset or before it (genesis records are not kept); empty where
   * it is parked without an id that could be read, null before the first. What the check of a position is made of.
   */
  @Column(text('last_event_id', { nullable: true }))
  lastEventId!: string | null;

  /** Identity of that record: SHA-256 (hex) of its key, headers and value. Another digest at that offset is another log. */
  @Column(text('last_digest', { nullable: true }))
  lastDigest!: string | null;

  /**
   * Each raw offset of the same partition below this is accounted for: its first `notification.received` is applied (or
   * parked), or the log holds no notification there. Starts at 1, after the genesis record. Of rejected records it says
   * nothing and stays 1.
   */
  @Column(bigint('raw_next'))
  rawNext!: number;

  /** One above the highest raw offset whose `notification.received` is applied, or parked. Usually `raw_next`. */
  @Column(bigint('raw_top'))
  rawTop!: number;

  /** Alarm: raw records from `raw_next` up to this were not derived when they should have been. Null: no alarm. */
  @Column(bigint('underived_to', { nullable: true }))
  underivedTo!: number | null;

  /**
   * The highest end that was seen of the topic that the records come from: of `mps.task-events.v1` the raw topic's, else its
   * own. Whatever is applied, that log must never be shorter. May be behind `raw_next` or `position`, which say as much.
   */
  @Column(bigint('seen_end'))
  seenEnd!: number;

  /**
   * Everything acknowledged for this partition before this time is in the rows. By the database's clock; goes back only where that clock did;
   * null until first known. The only "now" in the projection.
   */
  @Column(time('complete_as_of', { nullable: true }))
  completeAsOf!: Date | null;
}
