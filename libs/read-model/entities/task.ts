import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { TASK_LIST } from '../filter-keys';
import { bigint, bytes, FilterIndexes, flag, int, key, text, time, word } from './columns';

/**
 * One row per task, narrow: what lists show and filter by. What one task shows besides is in its `task_state`. Each row
 * is the fold of the task's history rows.
 *
 * Lists run by (first_received, task_key), backwards: an order that never moves under a cursor.
 */
@Entity({ name: 'task' })
@Index('task_by_first_received', ['firstReceived', 'taskKey'])
@FilterIndexes(TASK_LIST)
export class Task {
  /** SHA-256 of the canonical `[account, TaskId]`; see `taskKey`. A TaskId itself is no key: any string, any length. */
  @PrimaryColumn(key('task', bytes('task_key')))
  taskKey!: Buffer;

  @Column(word('account'))
  account!: string;

  /** The TaskId made safe to show: NUL, control characters and lone surrogates replaced by U+FFFD. */
  @Column(text('task_id'))
  taskId!: string;

  /** The exact TaskId, as JSON text. */
  @Column(text('task_id_json'))
  taskIdJson!: string;

  @Column(word('kind'))
  kind!: string;

  /** `unknown`, `queued`, `processing`, `finished`. */
  @Column(word('status'))
  status!: string;

  /** Null until finished. */
  @Column(word('outcome', { nullable: true }))
  outcome!: string | null;

  /** ErrCode of the end that counts, as text; sanitised. Null where there is none. */
  @Column(word('error_code', { nullable: true }))
  errorCode!: string | null;

  @Column(word('confirmation', { nullable: true }))
  confirmation!: string | null;

  @Column(flag('contradicted'))
  contradicted!: boolean;

  @Column(flag('revised'))
  revised!: boolean;

  /** Records of this task that could not be applied and lie in `parked`. */
  @Column(int('parked'))
  parked!: number;

  /**
   * Raw offsets of notifications of which a part is applied and the rest is not, ascending, in decimal, between spaces: the
   * task is `incomplete` until then. Null: there are none.
   */
  @Column(text('half_raw', { nullable: true }))
  halfRaw!: string | null;

  /**
   * Number of notifications that named it: of first `notification.received`, each of which inserted the notification's row.
   * What is heard again of the same raw record, and one that is parked, counts for nothing.
   */
  @Column(bigint('version'))
  version!: number;

  /** Sanitised and cut to 200 characters, so that it can be indexed; the exact one is in the state. */
  @Column(word('session_id', { nullable: true }))
  sessionId!: string | null;

  /** Partition of its events, which is the partition of its notifications. */
  @Column(int('partition'))
  partition!: number;

  /** When the notification behind the task's first record (in log order) was received. Never changes. */
  @Column(time('first_received'))
  firstReceived!: Date;

  /** When the log took the task's last record. */
  @Column(time('updated'))
  updated!: Date;
}
