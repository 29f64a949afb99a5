import type { PastTask, StoredTask } from '@mps-ledger/read-model';
import { stateDigest, stateTextDigest } from '@mps-ledger/records';
import { decodeState, describeTask, initialState } from '@mps-ledger/tasks';
import type { TaskState, TaskView } from '@mps-ledger/tasks';

/** A task as `GET /v1/tasks/{id}` answers it. */
export interface TaskAnswer extends TaskView {
  readonly account: string;
  readonly task_id: string;
  readonly parked: number;
  readonly incomplete: boolean;
  readonly version: number;
  /** `stateDigest` of its state. */
  readonly state_digest: string;
  readonly first_received: string;
  readonly updated: string;
}

/** The rest of a notification may change the outcome. */
const NOT_YET = { outcome: null, outcome_reason: 'A part of a notification is applied, the rest is not yet.' } as const;

/** Describes a stored task. A task with only parked events has no state. */
export function taskAnswer(task: StoredTask): TaskAnswer {
  if (task.state === null) return describedAnswer(task, initialState);
  return describedAnswer(task, decodeState(task.state), stateTextDigest(task.state));
}

/** Describes a task, as it is or as it was, from its state, whose digest is computed where it is not given. */
export function describedAnswer(
  task: StoredTask | PastTask,
  state: TaskState,
  digest: string = stateDigest(state),
): TaskAnswer {
  const { subtasks, ...view } = describeTask(state, task.parked, task.incomplete);
  return {
    account: task.account,
    task_id: task.taskId,
    ...view,
    ...(task.incomplete && NOT_YET),
    parked: task.parked,
    incomplete: task.incomplete,
    version: task.version,
    state_digest: digest,
    first_received: task.firstReceived,
    updated: task.updated,
    subtasks,
  };
}
