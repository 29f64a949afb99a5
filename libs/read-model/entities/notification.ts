import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { NOTIFICATION_LIST } from '../filter-keys';
import { bigint, bytes, FilterIndexes, int, key, text, time, word } from './columns';

/**
 * What became of each thing that was received: a raw record once its `notification.received` is applied (`derived`), or
 * what was no notification at all (`rejected`). Keyed by its own place on the raw or the rejected topic, which a receipt
 * names. Heard again by derivation, the first row stays.
 */
@Entity({ name: 'notification' })
@Index('notification_by_received', ['received', 'notificationId'])
@FilterIndexes(NOTIFICATION_LIST)
export class Notification {
  /** `mps.notifications.v1` or `mps.rejected.v1`. */
  @PrimaryColumn(key('notification', word('topic')))
  topic!: string;

  @PrimaryColumn(key('notification', int('partition')))
  partition!: number;

  /** Offset of the raw, or the rejected, record. */
  @PrimaryColumn(key('notification', bigint('offset')))
  offset!: number;

  /** UUIDv7, sanitised and cut to 200 characters. */
  @Column(word('notification_id'))
  notificationId!: string;

  /** `derived` or `rejected`. */
  @Column(word('state'))
  state!: string;

  /** Kind of the task as the notification was understood, `unknown` where it was not; null where rejected. */
  @Column(word('kind', { nullable: true }))
  kind!: string | null;

  /** EventType or NotificationType as spelled, sanitised. */
  @Column(text('event_type', { nullable: true }))
  eventType!: string | null;

  @Column(word('account'))
  account!: string;

  /** Null where no task is named. */
  @Column(bytes('task_key', { nullable: true }))
  taskKey!: Buffer | null;

  /** Sanitised TaskId. */
  @Column(text('task_id', { nullable: true }))
  taskId!: string | null;

  /** Exact TaskId as JSON text. */
  @Column(text('task_id_json', { nullable: true }))
  taskIdJson!: string | null;

  /** The configured source that it came by; known of rejected records only. */
  @Column(text('source', { nullable: true }))
  source!: string | null;

  /** `callback`, a queue, `file`, `reconcile`. */
  @Column(text('transport'))
  transport!: string;

  @Column(text('trust', { nullable: true }))
  trust!: string | null;

  @Column(time('received'))
  received!: Date;

  /** Why it was rejected, or why nothing, or not all, could be read from it. */
  @Column(text('reason', { nullable: true }))
  reason!: string | null;

  /** More about the reason, for a person; of rejected ones only. Sanitised. */
  @Column(text('detail', { nullable: true }))
  detail!: string | null;

  /** SHA-256 (hex) of the bytes: of a rejected one, of its first 16 MiB. */
  @Column(text('digest', { nullable: true }))
  digest!: string | null;

  /** Bytes; null where it was cut off before its end was seen. */
  @Column(bigint('size', { nullable: true }))
  size!: number | null;

  /** Number of other events derived from it; null where rejected. */
  @Column(int('events', { nullable: true }))
  events!: number | null;

  /** Offset of its first `notification.received` on the event topic, same partition; null where rejected. */
  @Column(bigint('event_offset', { nullable: true }))
  eventOffset!: number | null;
}
