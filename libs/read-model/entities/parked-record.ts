import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { bigint, bytes, int, key, text, time, word } from './columns';

/** One row per record that could not be applied, whole, with the reason: to be looked at, mended and applied again. */
@Entity({ name: 'parked' })
@Index('parked_of_task', ['taskKey', 'partition', 'offset'])
export class ParkedRecord {
  @PrimaryColumn(key('parked', word('topic')))
  topic!: string;

  @PrimaryColumn(key('parked', int('partition')))
  partition!: number;

  @PrimaryColumn(key('parked', bigint('offset')))
  offset!: number;

  /** Null where the record does not say whose it is. */
  @Column(bytes('task_key', { nullable: true }))
  taskKey!: Buffer | null;

  /** What could be read of it, sanitised. */
  @Column(text('event_id', { nullable: true }))
  eventId!: string | null;

  @Column(text('type', { nullable: true }))
  type!: string | null;

  /** Id of the notification that it was derived from. */
  @Column(text('causation_id', { nullable: true }))
  causationId!: string | null;

  @Column(bigint('raw_offset', { nullable: true }))
  rawOffset!: number | null;

  /** Why, in words; sanitised and cut to 2,000 characters. */
  @Column(text('reason'))
  reason!: string;

  /** The headers as a JSON object. */
  @Column(text('headers'))
  headers!: string;

  @Column(bytes('key', { nullable: true }))
  key!: Buffer | null;

  @Column(bytes('value', { nullable: true }))
  value!: Buffer | null;

  /** When ingest got the notification, where the record says so. */
  @Column(time('received', { nullable: true }))
  received!: Date | null;

  /** When the log took the record. */
  @Column(time('logged'))
  logged!: Date;
}
