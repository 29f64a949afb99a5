/**
 * Batch: one unit of work. Consecutive records of one partition are applied and the checkpoint moves, in one transaction.
 */
import type { ClientBase, Pool } from 'pg';
import type { LogIdentity, LogRecord } from '@mps-ledger/event-log';
import { failpoint } from '@mps-ledger/platform';
import { inTransaction, lockCheckpoint, ROLLBACK, writeBatch } from '@mps-ledger/read-model';
import type { BatchRows, CheckpointState, Partition, RawProgress, TransactionOptions } from '@mps-ledger/read-model';
import { compareToCheckpoint, recordDigest } from './checkpoint';
import type { Comparison, Slice } from './checkpoint';
import type { HoldLimits } from './events/whole-notifications';
import type { ProgressAfterBatch } from './freshness';
import { rawProgressAfter } from './raw-progress';

/** Records to park instead of applying them: the reasons by offset. */
export interface ParkList {
  readonly reasons: ReadonlyMap<number, string>;
  /** Whether their tasks show it. False where the database rejects the row of the task too. */
  readonly showOnTasks: boolean;
}

export const PARK_NOTHING: ParkList = { reasons: new Map(), showOnTasks: true };

/** The rows that records result in. */
export interface Projected {
  readonly rows: BatchRows;
  /** Raw offsets whose `notification.received` is among the records, in log order. */
  readonly endedRawOffsets: readonly number[];
  /** Records from this offset on are held until the next batch; null: none. */
  readonly heldFrom: number | null;
  /** For the measurement of the time from received to visible: when each notification was received. */
  readonly received: readonly string[];
}

/** What the rows depend on besides the records. */
export interface ProjectContext {
  readonly park: ParkList;
  /** The progress before these records. */
  readonly progress: RawProgress;
  /** How much may be held at most. */
  readonly hold: HoldLimits;
}

/** Turns records into rows, reading what it needs in the transaction that writes them. */
export type Project = (
  client: ClientBase,
  at: Partition,
  records: readonly LogRecord[],
  context: ProjectContext,
) => Promise<Projected>;

export interface Applied {
  readonly kind: 'applied';
  /** The position to continue from. */
  readonly resumeAt: number;
  /** Records before `resumeAt` that are not applied: the next slice begins with them. */
  readonly held: Slice | null;
  readonly projected: Projected;
  /** What was written of `completeAsOf`. */
  readonly completeAsOf: string | null;
}

/** Nothing was applied: the next slice begins with all of it. */
export interface AllHeld {
  readonly kind: 'held';
  readonly resumeAt: number;
  readonly held: Slice;
}

export type BatchResult =
  | Applied
  | AllHeld
  | Exclude<Comparison, { kind: 'apply' }>
  | { readonly kind: 'ownership-lost'; readonly resumeAt: number };

export interface BatchOptions {
  readonly pool: Pool;
  readonly log: LogIdentity;
  readonly project: Project;
  /** See `compareToCheckpoint`. */
  readonly verified: boolean;
  readonly park: ParkList;
  readonly hold: HoldLimits;
  /** Aborted when the partition is lost: nothing is committed after that. */
  readonly signal: AbortSignal;
  /** The time as of which the partition is complete with this progress; null if not known. */
  readonly completeAsOf: (progress: ProgressAfterBatch) => string | null;
  /** Timeouts of the transaction. Default: those of `inTransaction`. */
  readonly transaction?: TransactionOptions;
  /** Called once the last applied record was compared and found unchanged. */
  readonly onVerified: () => void;
}

/**
 * Applies the new records of a slice, all or none.
 *
 * @throws LogReplaced; the database's errors, after which nothing was written unless it was the commit that failed.
 */
export async function applySlice(slice: Slice, options: BatchOptions): Promise<BatchResult> {
  return inTransaction<BatchResult>(options.pool, (client) => applyLocked(client, slice, options), options.transaction);
}

async function applyLocked(
  client: ClientBase,
  slice: Slice,
  options: BatchOptions,
): Promise<readonly [typeof ROLLBACK | 'commit', BatchResult]> {
  const { log, project, park, hold, signal } = options;
  const checkpoint = await lockCheckpoint(client, slice.topic, slice.partition);
  const comparison = compareToCheckpoint(slice, checkpoint, log, options.verified);
  if (comparison.kind !== 'unverified') options.onVerified();
  if (comparison.kind !== 'apply') return [ROLLBACK, comparison];
  const at = { topic: slice.topic, partition: slice.partition };
  const { records } = comparison;
  const projected = await project(client, at, records, { park, hold, progress: checkpoint });
  const [applied, held] = split(slice, records, projected.heldFrom);
  if (held !== null && applied.length === 0)
    return [ROLLBACK, { kind: 'held', resumeAt: slice.to, held: { ...held, from: checkpoint.position } }];
  const position = held?.from ?? slice.to;
  if (signal.aborted) return [ROLLBACK, { kind: 'ownership-lost', resumeAt: checkpoint.position }];
  const progress = await rawProgressAfter(client, at.partition, checkpoint, projected.endedRawOffsets);
  const completeAsOf = options.completeAsOf({ position, rawNext: progress.rawNext });
  const identity = identityOf(applied.at(-1)) ?? checkpoint.last;
  await writeBatch(client, at, projected.rows, {
    position,
    lastOffset: identity?.offset ?? null,
    lastDigest: identity?.digest ?? null,
    ...progress,
    completeAsOf,
  });
  failpoint('projector.in-batch');
  return ['commit', { kind: 'applied', resumeAt: slice.to, held, projected, completeAsOf }];
}

/** Splits the records of a slice into those applied and those held. */
function split(
  slice: Slice,
  records: readonly LogRecord[],
  heldFrom: number | null,
): readonly [applied: readonly LogRecord[], held: Slice | null] {
  if (heldFrom === null) return [records, null];
  const boundary = records.findIndex(({ offset }) => offset >= heldFrom);
  return [records.slice(0, boundary), { ...slice, from: heldFrom, records: records.slice(boundary) }];
}

function identityOf(record: LogRecord | undefined): CheckpointState['last'] {
  if (record === undefined) return null;
  return { offset: record.offset, digest: recordDigest(record) };
}
