import { fitStanding } from '@mps-ledger/read-model';
import type { StandingChange, TaskToFold } from '@mps-ledger/read-model';
import { evolve, fold, initialState, isSameStanding, levelOfEvent, openStanding } from '@mps-ledger/tasks';
import type { TaskStanding, TaskEvent, TaskLevel, TaskState } from '@mps-ledger/tasks';
import { aboutEvent } from './decode';
import type { DecodedEvent, RecordToPark, TaskInBatch } from './decode';
import type { NotificationCut } from './whole-notifications';

/** Which notifications a batch completes or leaves half applied, and which were known before it. */
export interface AppliedNotifications extends Pick<NotificationCut, 'completed' | 'halfApplied'> {
  /** Offsets of the `notification.received` that count, which are the first of their raw offset, by raw offset. */
  readonly first: ReadonlyMap<number, number>;
  /** Whether the first `notification.received` of a raw offset was applied, or parked, before the batch. */
  readonly isAccounted: (raw: number) => boolean;
}

/** A task after the events of a batch. */
export interface FollowedTask {
  readonly state: TaskState;
  readonly applied: readonly DecodedEvent[];
  /** Events on which the fold threw; they are to be parked. */
  readonly refused: readonly RecordToPark[];
  /** Number of first `notification.received` that named it. */
  readonly version: number;
  readonly changes: readonly StandingChange[];
  /** After the last of them. */
  readonly standing: TaskStanding | null;
}

/**
 * Folds the events of one task into its stored state (null: none yet), and finds the notifications after which its standing is
 * another. Events are folded together as far as nothing is to be known between them. Never throws because of an event: what throws
 * is left out, and counts as parked from its place on.
 */
export function followTask(task: TaskInBatch, stored: TaskToFold | null, whole: AppliedNotifications): FollowedTask {
  try {
    return new TaskFollower(task, stored, whole, []).follow();
  } catch {
    return new TaskFollower(task, stored, whole, refusedBy(task.events, stored?.state ?? initialState)).follow();
  }
}

/** The events that throw, found one by one. */
function refusedBy(events: readonly DecodedEvent[], before: TaskState): RecordToPark[] {
  let state = before;
  return events.flatMap(({ record, event, task }) => {
    try {
      state = evolve(state, event);
      return [];
    } catch (error) {
      return [{ record, about: aboutEvent(event, `the fold refused it: ${String(error)}`, task) }];
    }
  });
}

class TaskFollower {
  private state: TaskState;
  private level: TaskLevel;
  private standing: TaskStanding | null;
  private version: number;
  private readonly waiting: TaskEvent[] = [];
  private readonly changes: StandingChange[] = [];
  private readonly parkedAt: readonly number[];
  /** Before the batch. */
  private readonly parked: number;
  private parkedBefore = 0;
  /** Raw offsets that have begun and not ended; those that begin later follow, in log order. */
  private readonly open: Set<number>;
  private readonly begun: Iterator<readonly [raw: number, from: number], undefined>;
  private next: readonly [raw: number, from: number] | undefined;

  constructor(
    private readonly task: TaskInBatch,
    stored: TaskToFold | null,
    private readonly whole: AppliedNotifications,
    private readonly refused: readonly RecordToPark[],
  ) {
    this.state = stored?.state ?? initialState;
    this.level = this.state.level;
    this.standing = stored?.standing ?? null;
    this.version = stored?.version ?? 0;
    this.open = new Set(stored?.halfRaw);
    this.begun = task.rawOffsets.entries();
    this.next = this.begun.next().value;
    this.parked = stored?.parked ?? 0;
    const refusedAt = refused.map(({ record }) => record.offset);
    this.parkedAt = refusedAt.length === 0 ? task.toPark : [...task.toPark, ...refusedAt].sort((a, b) => a - b);
  }

  follow(): FollowedTask {
    const { refused } = this;
    const out = new Set(refused.map(({ record }) => record));
    const applied = out.size === 0 ? this.task.events : this.task.events.filter(({ record }) => !out.has(record));
    for (const one of applied) {
      if (one.event.type === 'notification.received') this.received(one, one.event.hearing.rawOffset);
      else this.heard(one.event);
    }
    const { version, changes, standing } = this;
    return { state: this.folded(), applied, refused, version, changes, standing };
  }

  private heard(event: TaskEvent): void {
    const level = levelOfEvent(event);
    if (level > this.level) this.level = level;
    this.waiting.push(event);
  }

  private received({ record }: DecodedEvent, rawOffset: number): void {
    if (this.whole.first.get(rawOffset) !== record.offset) return;
    this.version += 1;
    if (this.isHalfAt(record.offset)) return;
    const standing = this.standingAt(record.offset);
    if (isSameStanding(standing, this.standing)) return;
    const { key: task, account, taskId } = this.task;
    const { version, standing: previous } = this;
    const state = this.folded();
    this.changes.push({ record, rawOffset, task, account, taskId, state, version, standing, previous });
    this.standing = standing;
  }

  private standingAt(offset: number): TaskStanding {
    const { level } = this;
    if (level !== 3) return openStanding(level);
    while ((this.parkedAt[this.parkedBefore] ?? Infinity) < offset) this.parkedBefore += 1;
    return fitStanding(this.folded(), this.parked + this.parkedBefore);
  }

  private folded(): TaskState {
    if (this.waiting.length > 0) this.state = fold(this.state, this.waiting.splice(0));
    return this.state;
  }

  /** Whether a notification of the task is half on the log before an offset, and half behind it. */
  private isHalfAt(offset: number): boolean {
    const { completed, isAccounted } = this.whole;
    for (; this.next !== undefined && this.next[1] < offset; this.next = this.begun.next().value)
      if (!isAccounted(this.next[0])) this.open.add(this.next[0]);
    for (const raw of this.open) if ((completed.get(raw) ?? Infinity) <= offset) this.open.delete(raw);
    return this.open.size > 0;
  }
}
