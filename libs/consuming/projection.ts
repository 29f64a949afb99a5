/**
 * What a consumer of the log implements: how records are applied, and where the checkpoint is stored. The loop owns the
 * order of things: it compares each batch with the locked checkpoint, and commits rows and checkpoint in one transaction.
 */
import type { ClientBase } from 'pg';
import type { LogRecord } from '@mps-ledger/event-log';

/** One partition of one topic. */
export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

/** How far a partition is applied, and which record was the last. */
export interface ConsumerCheckpoint {
  /** The next offset to apply. */
  readonly position: number;
  /** The last applied record; null before the first. */
  readonly last: { readonly offset: number; readonly digest: string } | null;
}

/** Stores one checkpoint for each partition, in the database of the rows. */
export interface CheckpointStore<State extends ConsumerCheckpoint = ConsumerCheckpoint> {
  /** Reads a checkpoint without locking it. Rejects where there is none. */
  read(at: TopicPartition): Promise<State>;
  /** Reads a checkpoint and locks it until the transaction of `client` ends. Rejects where there is none. */
  lock(client: ClientBase, at: TopicPartition): Promise<State>;
  /** Moves the position from `from` to `to`, if it is still at `from`: the log has no records between them. */
  skip(at: TopicPartition, from: number, to: number): Promise<void>;
  /** Resolves where the database accepts and commits writes to the tables, without leaving any; rejects with its error otherwise. */
  probe(at: TopicPartition): Promise<void>;
  /** Names of unique constraints that are only violated where the checkpoint was set back by hand. Default: none. */
  readonly appendOnlyKeys?: ReadonlySet<string>;
}

/** Records to park instead of applying them: the reasons by offset. */
export interface ParkList {
  readonly reasons: ReadonlyMap<number, string>;
  /** Write the parked record only, and no row that shows it: the database rejected that too. */
  readonly isMinimal: boolean;
}

export const PARK_NOTHING: ParkList = { reasons: new Map(), isMinimal: false };

/** How much of a partition is held at most: delivered, and not applied before the next batch. */
export interface HoldLimits {
  readonly records: number;
  readonly bytes: number;
}

export const HOLD_NOTHING: HoldLimits = { records: 0, bytes: 0 };

/** What the rows depend on besides the records. */
export interface ProjectContext<State extends ConsumerCheckpoint = ConsumerCheckpoint> {
  readonly park: ParkList;
  /** The locked checkpoint before these records. */
  readonly checkpoint: State;
  readonly hold: HoldLimits;
}

/** Records that are ready to be applied. */
export interface Projected {
  /** Records from this offset on are held until the next batch; null: none. */
  readonly heldFrom: number | null;
  /** Writes the rows of the records that are not held, and the checkpoint, in the transaction. */
  write(checkpoint: ConsumerCheckpoint): Promise<Written>;
}

/** What the transaction of a batch wrote. */
export interface Written {
  readonly parked: readonly { readonly offset: number; readonly reason: string }[];
  /** Called once the transaction is committed. */
  onCommit(): void;
}

/**
 * Turns new records of a partition into rows, reading what it needs in the transaction that writes them. A record that
 * cannot be applied is parked by the projection; a rejection counts as a failure of the batch.
 */
export type Project<State extends ConsumerCheckpoint = ConsumerCheckpoint> = (
  client: ClientBase,
  at: TopicPartition,
  records: readonly LogRecord[],
  context: ProjectContext<State>,
) => Promise<Projected>;
