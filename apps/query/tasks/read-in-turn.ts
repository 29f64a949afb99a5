import { batchInTurn } from '@mps-ledger/async';
import { readTasks, readTasksOfAny } from '@mps-ledger/read-model';
import type { ReadModel, ReadTask, ReadTasksOfAny, TaskOfAny, WantedTask } from '@mps-ledger/read-model';

/** Tasks that are read at once at most: a state may be megabytes. */
const MOST_AT_ONCE = 8;

/** Reads things together with those that are asked for in the same turn of the event loop: they are of one snapshot, whose freshness is read once. */
function inTurn<Wanted, Found>(
  readAll: (model: ReadModel, wanted: readonly Wanted[]) => Promise<readonly Found[]>,
): (model: ReadModel, wanted: Wanted) => Promise<Found> {
  const reads = new WeakMap<ReadModel, (wanted: Wanted) => Promise<Found>>();
  return (model, wanted) => {
    const known = reads.get(model);
    const read = known ?? batchInTurn<Wanted, Found>((all) => readAll(model, all), MOST_AT_ONCE);
    if (known === undefined) reads.set(model, read);
    return read(wanted);
  };
}

/** Reads a task by its key. */
export const readTaskInTurn = inTurn<WantedTask, ReadTask>(readTasks);

/** Reads the tasks of a TaskId, of whichever account. */
export const readTaskOfAnyInTurn = inTurn<TaskOfAny, ReadTasksOfAny>(readTasksOfAny);
