import type { AnyRow } from '@mps-ledger/read-model';
import { stateTextDigest } from '@mps-ledger/records';
import { decodeState, describeTask, initialState } from '@mps-ledger/tasks';

/** Values of a task by name, such as `subtasks/Transcode:10:/status`. */
export type TaskValues = ReadonlyMap<string, unknown>;

/** What readers see of a task, recomputed from its row and its state. Throws where the state is none. */
export function shownValues(task: AnyRow, state: string | null): TaskValues {
  const isIncomplete = task['half_raw'] !== null;
  const { subtasks, ...view } = describeTask(
    state === null ? initialState : decodeState(state),
    Number(task['parked']),
    isIncomplete,
  );
  const { account, task_id: taskId, parked, version, first_received, updated } = task;
  const about = {
    account,
    task_id: taskId,
    ...view,
    parked,
    version,
    first_received,
    updated,
    incomplete: isIncomplete,
  };
  const values = new Map<string, unknown>();
  addLeaves(values, '', about);
  for (const { key, ...subtask } of subtasks) addLeaves(values, `subtasks/${key}/`, subtask);
  values.set('state_digest', state === null ? null : stateTextDigest(state));
  return values;
}

/** Members of objects one by one, all else as a whole. */
function addLeaves(values: Map<string, unknown>, prefix: string, object: object): void {
  for (const [name, value] of Object.entries(object) as [string, unknown][]) {
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    if (isObject && Object.keys(value).length > 0) addLeaves(values, `${prefix}${name}/`, value);
    else values.set(`${prefix}${name}`, value);
  }
}

/** Names of values that two have differently, in the order of the first and then of the second. */
export function differingNames(from: TaskValues, to: TaskValues): readonly string[] {
  const names = new Set([...from.keys(), ...to.keys()]);
  return [...names].filter((name) => JSON.stringify(from.get(name)) !== JSON.stringify(to.get(name)));
}
