/**
 * Batch: one unit of work. Some records of one partition become rows and a moved checkpoint, in one transaction.
 */
import type { ClientBase, Pool } from 'pg';
import type { LogIdentity, LogRecord } from '@mps-ledger/event-log';
import { failpoint } from '@mps-ledger/platform';
import { inTransaction, lockCheckpoint, ROLLBACK, writeBatch } from '@mps-ledger/read-model';
import type { BatchRows, CheckpointState, Partition, RawProgress, TransactionOptions } from '@mps-ledger/read-model';
import { place, recordDigest } from './checkpoint';
import type { Placement, Slice } from './checkpoint';
import type { HoldLimits } from './events/whole-notifications';
import type { Reached } from './freshness';
import { rawProgressAfter } from './raw-progress';

/** Records that are not to be applied but parked, by offset, and whether their tasks may be told. */
export interface ToPark {
  readonly reasons: ReadonlyMap<number, string>;
  /** False where the database refuses the task's row too. */
  readonly showOnTasks: boolean;
}

export const PARK_NOTHING: ToPark = { reasons: new Map(), showOnTasks: true };

/** What some records come to. */
export interface Projected {
  readonly rows: BatchRows;
  /** Raw offsets whose `notification.received` is among the records, in the order of the log. */
  readonly named: readonly number[];
  /** The records from this offset on are left to a later batch, together with what follows them; null: none. */
  readonly heldFrom: number | null;
  /** For the measurement of the time from received to visible: when each notification was received. */
  readonly received: readonly string[];
}

/** What rows depend on besides the records. */
export interface ProjectContext {
  readonly park: ToPark;
  /** Before these records. */
  readonly progress: RawProgress;
  /** How much may be left to a later batch at most, so that it is applied whole. */
  readonly hold: HoldLimits;
}

/** Turns records into rows, reading what it needs in the transaction that will write them. */
export type Project = (
  client: ClientBase,
  at: Partition,
  records: readonly LogRecord[],
  context: ProjectContext,
) => Promise<Projected>;

export interface Applied {
  readonly kind: 'applied-now';
  /** Where to go on. */
  readonly goTo: number;
  /** What lies before `goTo` and is not applied: it is to come first in the next slice. */
  readonly held: Slice | null;
  readonly projected: Projected;
  /** What was written of `completeAsOf`. */
  readonly completeAsOf: string | null;
}

/** Nothing was applied: all of it is to come first in the next slice. */
export interface AllHeld {
  readonly kind: 'held';
  readonly goTo: number;
  readonly held: Slice;
}

export type BatchResult =
  Applied | AllHeld | Exclude<Placement, { kind: 'apply' }> | { readonly kind: 'given-up'; readonly goTo: number };

export interface BatchOptions {
  readonly pool: Pool;
  readonly log: LogIdentity;
  readonly project: Project;
  /** See `place`. */
  readonly verified: boolean;
  readonly park: ToPark;
  readonly hold: HoldLimits;
  /** Aborted where the partition is lost: nothing more is committed. */
  readonly signal: AbortSignal;
  /** The time as of which the partition is complete once so much of it is applied; null if not known. */
  readonly completeAsOf: (reached: Reached) => string | null;
  /** Bounds of the transaction's waits. Default: `inTransaction`'s. */
  readonly transaction?: TransactionOptions;
  /** Told once the last record applied was compared and found the same. */
  readonly onVerified: () => void;
}

/**
 * Applies what is new in a slice, all or nothing.
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
  const placement = place(slice, checkpoint, log, options.verified);
  if (placement.kind !== 'unverified') options.onVerified();
  if (placement.kind !== 'apply') return [ROLLBACK, placement];
  const at = { topic: slice.topic, partition: slice.partition };
  const { records } = placement;
  const projected = await project(client, at, records, { park, hold, progress: checkpoint });
  const [applied, held] = split(slice, records, projected.heldFrom);
  if (held !== null && applied.length === 0)
    return [ROLLBACK, { kind: 'held', goTo: slice.to, held: { ...held, from: checkpoint.position } }];
  const position = held?.from ?? slice.to;
  if (signal.aborted) return [ROLLBACK, { kind: 'given-up', goTo: checkpoint.position }];
  const progress = await rawProgressAfter(client, at.partition, checkpoint, projected.named);
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
  return ['commit', { kind: 'applied-now', goTo: slice.to, held, projected, completeAsOf }];
}

/** What is applied of some records of a slice, and what is held of it. */
function split(
  slice: Slice,
  records: readonly LogRecord[],
  heldFrom: number | null,
): readonly [applied: readonly LogRecord[], held: Slice | null] {
  if (heldFrom === null) return [records, null];
  const border = records.findIndex(({ offset }) => offset >= heldFrom);
  return [records.slice(0, border), { ...slice, from: heldFrom, records: records.slice(border) }];
}

function identityOf(record: LogRecord | undefined): CheckpointState['last'] {
  if (record === undefined) return null;
  return { offset: record.offset, digest: recordDigest(record) };
}
