import { fitStanding, historyText, transitionRow } from '@mps-ledger/read-model';
import type { HistoryRow, InPartition, ParkedRow, TransitionRow } from '@mps-ledger/read-model';
import {
  fold,
  initialState,
  isSameStanding,
  NotificationCount,
  type TaskStanding,
  type TaskEvent,
  type TaskState,
} from '@mps-ledger/tasks';
import { fromEventText } from '@mps-ledger/records';
import { ExpectedLiveItems } from './expected-live-items';

const RECEIVED = 'notification.received';

/** Events folded at once. */
const CHUNK = 200;

/** A task's history, folded again as it is read: holds its state and a few events, not its life. */
export class TaskLife {
  private state: TaskState = initialState;
  private readonly waiting: TaskEvent[] = [];
  private readonly notifications = new NotificationCount();
  /** After its last transition. */
  standing: TaskStanding | null = null;
  /** Whose it is, by its first readable event. */
  subject: { readonly account: string; readonly taskId: string } | null = null;
  /** The items that its events come to. */
  readonly liveItems = new ExpectedLiveItems();
  /** Rows of history. */
  applied = 0;
  parked = 0;
  firstReceived = '';
  updated = '';
  partition = -1;
  /** What cannot be folded, in words: the first of it. */
  problem: string | null = null;

  /** Answers the transition that must be at this row, where there must be one. */
  addHistory(row: InPartition<HistoryRow>): TransitionRow | null {
    this.applied += 1;
    const isLast = row.type === RECEIVED;
    const isFirst = this.notifications.add({ rawOffset: row.raw_offset, isLast, isApplied: true });
    this.saw(row.partition, row.received, row.logged);
    const event = eventOf(row);
    if (typeof event === 'string') this.problem ??= `the row at offset ${row.offset} is no event: ${event}`;
    else {
      this.addEvent(event);
      this.liveItems.add({ event, task: row.task_key });
    }
    return isFirst && this.notifications.half.length === 0 ? this.transitionAt(row) : null;
  }

  addParked(row: InPartition<ParkedRow>): void {
    this.parked += 1;
    this.saw(row.partition, row.received ?? row.logged, row.logged);
    this.notifications.add({ rawOffset: row.raw_offset, isLast: row.type === RECEIVED, isApplied: false });
  }

  /** How many notifications that named it are applied, whatever of them is there twice. */
  get version(): number {
    return this.notifications.version;
  }

  /** The state after all that was added. */
  folded(): TaskState {
    this.foldWaiting();
    return this.state;
  }

  /** Raw offsets of notifications that are half in it, ascending. */
  get halfRaw(): readonly number[] {
    return this.notifications.half;
  }

  private transitionAt({ offset, logged, raw_offset: rawOffset, task_key: task }: HistoryRow): TransitionRow | null {
    const state = this.folded();
    const { standing: previous, version, parked, subject } = this;
    const standing = fitStanding(state, parked);
    if (task === null || subject === null || isSameStanding(standing, previous)) return null;
    this.standing = standing;
    return transitionRow({
      record: { offset, logged },
      rawOffset,
      task,
      ...subject,
      state,
      version,
      standing,
      previous,
    });
  }

  private addEvent(event: TaskEvent): void {
    const { account, task_id: taskId } = event.data;
    if (taskId !== undefined) this.subject ??= { account, taskId };
    this.waiting.push(event);
    if (this.waiting.length >= CHUNK) this.foldWaiting();
  }

  private foldWaiting(): void {
    try {
      this.state = fold(this.state, this.waiting.splice(0));
    } catch (error) {
      this.problem ??= `the fold refuses it: ${String(error)}`;
    }
  }

  private saw(partition: number, received: string, logged: string): void {
    if (this.partition < 0) this.firstReceived = received;
    if (this.partition >= 0 && this.partition !== partition)
      this.problem ??= `it is in partitions ${this.partition} and ${partition}`;
    this.partition = partition;
    this.updated = logged;
  }
}

/** The event that a row of history is, or what is wrong with it. */
export function eventOf(row: HistoryRow): TaskEvent | string {
  const decoded = fromEventText(historyText(row));
  return decoded.ok ? decoded.event : decoded.reason;
}
