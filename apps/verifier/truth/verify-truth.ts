import { bytesText, readStates, taskKey, type DescribedState } from '@mps-ledger/read-model';
import { decodeState, describeTask, initialState, type TaskState } from '@mps-ledger/tasks';
import { sides } from '@mps-ledger/comparing';
import { readTruth, type TrueTask } from '../inputs/truth';
import type { Scope } from '../scope';
import { untrue } from './compare-truth';

/** Tasks read at once. */
const CHUNK = 100;

/** Compares each task of the truth files with the rows. Rejects with a UsageError for a line that is none. */
export async function verifyTruth(scope: Scope, files: readonly string[]): Promise<void> {
  for (const file of files) {
    const chunk: TrueTask[] = [];
    for await (const task of readTruth(file)) {
      chunk.push(task);
      if (chunk.length === CHUNK) await compareAll(scope, chunk.splice(0));
    }
    await compareAll(scope, chunk);
  }
}

async function compareAll(scope: Scope, tasks: readonly TrueTask[]): Promise<void> {
  if (tasks.length === 0) return;
  const keys = tasks.map(({ account, taskId }) => bytesText(taskKey(account, taskId)));
  const states = await readStates(scope.model, [...new Set(keys)]);
  for (const [index, task] of tasks.entries()) await compareOne(scope, task, states.get(keys[index] ?? ''));
}

async function compareOne(scope: Scope, task: TrueTask, found: DescribedState | undefined): Promise<void> {
  const check = scope.findings.check('truth');
  check.saw();
  scope.progress.advance();
  const where = { account: task.account, task_id: task.taskId, file: task.file, line: task.line };
  if (found === undefined) return check.differs(() => ({ what: 'the ledger does not know the task', where }));
  const state = stateOf(found);
  if (state === null) return check.differs(() => ({ what: 'the task’s state cannot be read', where }));
  const differences = untrue(task.accepted, describeTask(state, found.parked));
  if (differences.length > 0)
    await check.differs(() => ({ what: 'the task is not as the truth says', where, ...sides(differences) }));
}

function stateOf({ state }: DescribedState): TaskState | null {
  if (state === null) return initialState;
  try {
    return decodeState(state);
  } catch {
    return null;
  }
}
