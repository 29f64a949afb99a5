import { batchInTurn } from '@mps-ledger/async';
import { readTasks } from '@mps-ledger/read-model';
import type { ReadModel, ReadTask, WantedTask } from '@mps-ledger/read-model';

/** Tasks that are read at once at most: a state may be megabytes. */
const MOST_AT_ONCE = 8;

type Read = (wanted: WantedTask) => Promise<ReadTask>;
const reads = new WeakMap<ReadModel, Read>();

/** Reads a task together with those that are asked for in the same turn of the event loop: they are of one snapshot, whose freshness is read once. */
export function readTaskInTurn(model: ReadModel, wanted: WantedTask): Promise<ReadTask> {
  const known = reads.get(model);
  const read = known ?? batchInTurn<WantedTask, ReadTask>((all) => readTasks(model, all), MOST_AT_ONCE);
  if (known === undefined) reads.set(model, read);
  return read(wanted);
}
