/**
 * Batch: one unit of work. Consecutive records of one partition are applied and the checkpoint moves, in one transaction.
 */
import type { ClientBase, Pool } from 'pg';
import { inTransaction, ROLLBACK } from '@mps-ledger/database';
import type { TransactionOptions } from '@mps-ledger/database';
import type { LogIdentity, LogRecord } from '@mps-ledger/event-log';
import { compareToCheckpoint, recordDigest } from './checkpoint';
import type { CheckpointComparison, Slice } from './checkpoint';
import type { ConsumerCheckpoint, CheckpointStore, HoldLimits, ParkList, Project, Written } from './projection';

export interface Applied {
  readonly kind: 'applied';
  /** The position to continue from. */
  readonly resumeAt: number;
  /** Records before `resumeAt` that are not applied: the next slice begins with them. */
  readonly held: Slice | null;
  readonly written: Written;
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
  | Exclude<CheckpointComparison, { kind: 'apply' }>
  | { readonly kind: 'ownership-lost'; readonly resumeAt: number };

export interface BatchOptions<State extends ConsumerCheckpoint> {
  readonly pool: Pool;
  readonly log: LogIdentity;
  readonly store: Pick<CheckpointStore<State>, 'lock'>;
  readonly project: Project<State>;
  /** See `compareToCheckpoint`. */
  readonly verified: boolean;
  readonly park: ParkList;
  readonly hold: HoldLimits;
  /** Aborted when the partition is lost: nothing is committed after that. */
  readonly signal: AbortSignal;
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
export async function applySlice<State extends ConsumerCheckpoint>(
  slice: Slice,
  options: BatchOptions<State>,
): Promise<BatchResult> {
  return inTransaction<BatchResult>(options.pool, (client) => applyLocked(client, slice, options), options.transaction);
}

async function applyLocked<State extends ConsumerCheckpoint>(
  client: ClientBase,
  slice: Slice,
  options: BatchOptions<State>,
): Promise<readonly [typeof ROLLBACK | 'commit', BatchResult]> {
  const { log, store, project, park, hold, signal } = options;
  const at = { topic: slice.topic, partition: slice.partition };
  const checkpoint = await store.lock(client, at);
  const comparison = compareToCheckpoint(slice, checkpoint, log, options.verified);
  if (comparison.kind !== 'unverified') options.onVerified();
  if (comparison.kind !== 'apply') return [ROLLBACK, comparison];
  const { records } = comparison;
  const projected = await project(client, at, records, { park, hold, checkpoint });
  const [applied, held] = split(slice, records, projected.heldFrom);
  if (held !== null && applied.length === 0)
    return [ROLLBACK, { kind: 'held', resumeAt: slice.to, held: { ...held, from: checkpoint.position } }];
  if (signal.aborted) return [ROLLBACK, { kind: 'ownership-lost', resumeAt: checkpoint.position }];
  const last = identityOf(applied.at(-1)) ?? checkpoint.last;
  const written = await projected.write({ position: held?.from ?? slice.to, last });
  return ['commit', { kind: 'applied', resumeAt: slice.to, held, written }];
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

function identityOf(record: LogRecord | undefined): ConsumerCheckpoint['last'] {
  if (record === undefined) return null;
  return { offset: record.offset, digest: recordDigest(record) };
}
