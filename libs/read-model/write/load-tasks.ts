import { decodeState, FOLD_VERSION, initialState } from '@mps-ledger/tasks';
import type { TaskStanding, TaskState } from '@mps-ledger/tasks';
import type { ReadModel } from '../read-model';
import type { Bytes } from '../entities';
import { lastStanding, type StandingInRow } from './standing';
import { LOAD_TASKS } from '../sql/load-tasks';

/** A task as the rows have it so far. */
export interface TaskToFold {
  /** Number of first `notification.received` that named it. */
  readonly version: number;
  /** Number of its parked records. */
  readonly parked: number;
  /** Raw offsets of notifications that are half applied, ascending. */
  readonly halfRaw: readonly number[];
  readonly state: TaskState;
  /** After the transition that was last written; null before the first. */
  readonly standing: TaskStanding | null;
  /** The text that the state was read from; null of a task without history. */
  readonly text: string | null;
  /** When the notification behind its first record was received: RFC 3339. */
  readonly firstReceived: string;
}

/** A state in the rows was written by another version of the fold: it is never continued. */
export class FoldVersionMismatch extends Error {
  readonly code = 'fold-version';

  constructor(schema: string, found: number) {
    super(`state in ${schema} was written by fold ${found}, this is fold ${FOLD_VERSION}: rebuild the projection`);
  }
}

interface Row extends StandingInRow {
  /** Place of the key in the list asked for, from 1. */
  readonly place: number;
  readonly version: string;
  readonly parked: number;
  readonly half_raw: string | null;
  readonly first_received: Date;
  readonly fold_version: number | null;
  readonly state: string | null;
}

/**
 * Reads the tasks of a batch, inside the transaction that has locked the partition's checkpoint: no other process writes them
 * until it ends.
 *
 * @returns by key; a task without a row is not in it.
 * @throws FoldVersionMismatch
 */
export async function loadTasks(model: ReadModel, keys: readonly Bytes[]): Promise<ReadonlyMap<Bytes, TaskToFold>> {
  const tasks = new Map<Bytes, TaskToFold>();
  if (keys.length === 0) return tasks;
  const { rows } = await model.db.query<Row>({ ...LOAD_TASKS(model), values: [keys.join(' ')] });
  for (const row of rows) {
    const key = keys[row.place - 1];
    if (key !== undefined) tasks.set(key, taskToFold(model, row));
  }
  return tasks;
}

function taskToFold({ schema }: ReadModel, row: Row): TaskToFold {
  const { fold_version: version } = row;
  if (version !== null && version !== FOLD_VERSION) throw new FoldVersionMismatch(schema, version);
  return {
    version: Number(row.version),
    parked: row.parked,
    halfRaw: row.half_raw?.split(' ').map(Number) ?? [],
    state: row.state === null ? initialState : decodeState(row.state),
    standing: lastStanding(row),
    text: row.state,
    firstReceived: row.first_received.toISOString(),
  };
}
