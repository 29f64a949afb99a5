import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { bigint, bytes, int, key, text, time, word } from './columns';

/**
 * One row per event record that was applied: the event log again, where one task's life can be read. Append-only. The
 * same event id at another offset is a row of its own; a record that was parked has no row here.
 *
 * The record's value, byte for byte, is what `eventText` spells of the columns and `data`; where another writer spelled it
 * otherwise, it is `value`, the other columns are what was read of it, and `data` is null.
 */
@Entity({ name: 'history' })
@Index('history_of_task', ['taskKey', 'partition', 'offset'])
export class HistoryEntry {
  @PrimaryColumn(key('history', int('partition')))
  partition!: number;

  @PrimaryColumn(key('history', bigint('offset')))
  offset!: number;

  /** Null for a `notification.received` that names no task. */
  @Column(bytes('task_key', { nullable: true }))
  taskKey!: Buffer | null;

  @Column(word('event_id'))
  eventId!: string;

  /** The bare type, `task.finished`. */
  @Column(word('type'))
  type!: string;

  /** Sanitised; null for events that are not of a subtask. */
  @Column(text('subtask_key', { nullable: true }))
  subtaskKey!: string | null;

  /** The provider's own time of the fact, where it gives one. */
  @Column(time('occurred', { nullable: true }))
  occurred!: Date | null;

  @Column(word('account'))
  account!: string;

  /** The TaskId, sanitised; null where the event has none. */
  @Column(text('subject', { nullable: true }))
  subject!: string | null;

  /** When ingest got the notification. */
  @Column(time('received'))
  received!: Date;

  /** When the log took the record: the clock of `at=`. */
  @Column(time('logged'))
  logged!: Date;

  @Column(word('trust'))
  trust!: string;

  /** Id of the notification that it was derived from. */
  @Column(word('causation_id'))
  causationId!: string;

  /** Version of the mapping. */
  @Column(word('mapper'))
  mapper!: string;

  /** Offset of that notification on the raw log, same partition. */
  @Column(bigint('raw_offset'))
  rawOffset!: number;

  @Column(text('traceparent', { nullable: true }))
  traceparent!: string | null;

  /** The exact text of the event's data; null where there is `value`. */
  @Column(text('data', { nullable: true }))
  data!: string | null;

  /** The exact text of the record's value, where the other columns do not come to it. */
  @Column(text('value', { nullable: true }))
  value!: string | null;
}
