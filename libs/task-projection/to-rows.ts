import type { ProjectContext, TopicPartition } from '@mps-ledger/consuming';
import type { LogRecord } from '@mps-ledger/event-log';
import type { BatchRows, Bytes, CheckpointState, ReadModel, TaskToFold } from '@mps-ledger/read-model';

/** Tasks by their keys. */
export type TasksToFold = ReadonlyMap<Bytes, TaskToFold>;

/** The rows that records result in. */
export interface ProjectedRows {
  readonly rows: BatchRows;
  /** The tasks of the records as they are stored; one that is new is not among them. */
  readonly stored: TasksToFold;
  /** The same and the new ones, once the rows are written. */
  readonly folded: TasksToFold;
  /** Raw offsets whose `notification.received` is among the records, in log order. */
  readonly endedRawOffsets: readonly number[];
  /** Records from this offset on are held until the next batch; null: none. */
  readonly heldFrom: number | null;
  /** When each notification was received, to measure the time until its rows are visible. */
  readonly received: readonly string[];
}

/** Turns records into rows, reading what it needs in the transaction that writes them. */
export type ToRows = (
  model: ReadModel,
  at: TopicPartition,
  records: readonly LogRecord[],
  context: ProjectContext<CheckpointState>,
) => Promise<ProjectedRows>;
