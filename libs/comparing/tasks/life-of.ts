import type { Bytes, HistoryRow, InPartition, ParkedRow, TransitionRow } from '@mps-ledger/read-model';
import type { Lane } from '../lane';
import { TaskLife } from './task-life';

/** The records of tasks, task by task, each in the order of the log. */
export interface RecordsOfTasks {
  readonly history: Lane<InPartition<HistoryRow>>;
  readonly parked: Lane<InPartition<ParkedRow>>;
}

export interface LifeOptions {
  /** Called with each transition that the task must have. Default: not called. */
  readonly onTransition?: (transition: InPartition<TransitionRow>) => Promise<void>;
  /** Called with each row of history. Default: not called. */
  readonly onRow?: () => void;
}

/** Takes the records of one task, applied and parked, and folds them in the order of the log. */
export async function lifeOf(
  { history, parked }: RecordsOfTasks,
  key: Bytes,
  { onTransition, onRow }: LifeOptions = {},
): Promise<TaskLife> {
  const life = new TaskLife();
  for (;;) {
    const applied = await history.peek();
    const parkedRow = await parked.peek();
    const isApplied = applied?.task_key === key;
    const isParked = parkedRow?.task_key === key;
    if (!isApplied && !isParked) return life;
    if (isApplied && (!isParked || applied.offset < parkedRow.offset)) {
      const transition = life.addHistory(applied);
      if (transition !== null) await onTransition?.({ ...transition, partition: applied.partition });
      onRow?.();
      await history.take();
    } else if (parkedRow !== undefined) {
      life.addParked(parkedRow);
      await parked.take();
    }
  }
}
