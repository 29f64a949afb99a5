import { stateDigest } from '@mps-ledger/records';
import { describeTask, makeFolding, NotificationCount, type TaskEvent, type TaskView } from '@mps-ledger/tasks';

/** A record of one task: an event, or one that cannot be applied. */
export interface RecordOfTask {
  readonly account: string;
  /** Exact. */
  readonly taskId: string;
  /** Null: it would be parked. */
  readonly event: TaskEvent | null;
  readonly rawOffset: number | null;
  readonly isLast: boolean;
}

/** A task as its records fold. */
export interface FoldedView {
  readonly account: string;
  readonly task_id: string;
  readonly version: number;
  readonly events: number;
  readonly parked: number;
  readonly incomplete: boolean;
  readonly state_digest: string;
  readonly state: TaskView;
}

/** One task, folded record by record in the order of the log. */
export class TaskOfExport {
  private readonly folding = makeFolding();
  private readonly notifications = new NotificationCount();
  private events = 0;
  private parked = 0;

  constructor(
    readonly account: string,
    readonly taskId: string,
  ) {}

  add({ event, rawOffset, isLast }: RecordOfTask): void {
    if (event === null) this.parked += 1;
    else {
      this.events += 1;
      this.folding.add([event]);
    }
    this.notifications.add({ rawOffset, isLast, isApplied: event !== null });
  }

  view(): FoldedView {
    const { account, taskId: task_id, events, parked, notifications } = this;
    const incomplete = notifications.half.length > 0;
    const state = this.folding.state();
    return {
      ...{ account, task_id, version: notifications.version, events, parked, incomplete },
      ...{ state_digest: stateDigest(state), state: describeTask(state, parked, incomplete) },
    };
  }
}
