import type { Pool } from 'pg';
import { inTransaction, ROLLBACK } from '@mps-ledger/database';
import { readModelIn, type ReadModel } from '../read-model';
import {
  ACCOUNTED_AMONG,
  END_OF_RUN,
  LOCK_RAW_PROGRESS,
  MARK_UNDERIVED,
  NOTED_AMONG,
  PASS_RAW,
  READ_RAW_PROGRESS,
} from '../sql/raw-progress';

/** How far the raw log of a partition is accounted for. */
export interface RawProgress {
  /** Each raw offset below this is accounted for: derived and applied, or the log holds no notification there. */
  readonly rawNext: number;
  /** One above the highest raw offset whose `notification.received` is applied. Above `rawNext` where some between is not. */
  readonly rawTop: number;
  /** Raw records from `rawNext` up to this were not derived when they should have been; null where there is no such alarm. */
  readonly underivedTo: number | null;
}

/** The progress after some of it was made. The alarm ends once its range is passed, or nothing later is derived. */
export function advanced(before: RawProgress, rawNext: number, rawTop: number): RawProgress {
  const { underivedTo } = before;
  const isOver = underivedTo === null || rawNext >= underivedTo || (rawNext > before.rawNext && rawNext >= rawTop);
  return { rawNext, rawTop, underivedTo: isOver ? null : underivedTo };
}

/** Which of some raw offsets are accounted for by a row. */
export async function accountedAmong(
  model: ReadModel,
  partition: number,
  offsets: readonly number[],
): Promise<ReadonlySet<number>> {
  if (offsets.length === 0) return new Set();
  const { rows } = await model.db.query<{ o: string }>(ACCOUNTED_AMONG(model), [partition, offsets.join(' ')]);
  return new Set(rows.map(({ o }) => Number(o)));
}

/** Of which of some raw offsets there is a row: their first `notification.received` was applied, not parked. */
export async function notedAmong(
  model: ReadModel,
  partition: number,
  offsets: readonly number[],
): Promise<ReadonlySet<number>> {
  if (offsets.length === 0) return new Set();
  const { rows } = await model.db.query<{ o: string }>(NOTED_AMONG(model), [partition, offsets.join(' ')]);
  return new Set(rows.map(({ o }) => Number(o)));
}

/** The first raw offset from `from` on that no row accounts for; perhaps one before it, where there are very many. */
export async function endOfRun(model: ReadModel, partition: number, from: number): Promise<number> {
  const { rows } = await model.db.query<{ next: string | null }>(END_OF_RUN(model), [partition, from]);
  return Number(rows[0]?.next ?? from);
}

/** A partition's progress, and its position on the event topic. */
export interface PartitionProgress extends RawProgress {
  readonly partition: number;
  readonly position: number;
}

interface Row {
  readonly partition: number;
  readonly position: string;
  readonly raw_next: string;
  readonly raw_top: string;
  readonly underived_to: string | null;
}

/** Reads some partitions' progress, all at one moment. */
export async function readRawProgress(model: ReadModel, partitions: readonly number[]): Promise<PartitionProgress[]> {
  const { rows } = await model.db.query<Row>(READ_RAW_PROGRESS(model), [partitions.join(' ')]);
  return rows.map((row) => ({
    partition: row.partition,
    position: Number(row.position),
    rawNext: Number(row.raw_next),
    rawTop: Number(row.raw_top),
    underivedTo: row.underived_to === null ? null : Number(row.underived_to),
  }));
}

/** How long to wait for a batch under way. */
const LOCK_TIMEOUT_MS = 300;

/**
 * Accounts for the raw offsets from `progress.rawNext` up to `to`, which hold no notification, and for what follows them
 * and is applied already. Does nothing where that offset was accounted for since `progress` was read. Rejects with the database's error where
 * a batch keeps the checkpoint locked.
 */
export async function passRaw(model: ReadModel<Pool>, progress: PartitionProgress, to: number): Promise<void> {
  const { schema } = model;
  const { partition, rawNext, rawTop } = progress;
  await inTransaction(
    model.db,
    async (client) => {
      const { rowCount } = await client.query(LOCK_RAW_PROGRESS(model), [partition, rawNext]);
      if (rowCount !== 1) return [ROLLBACK, undefined];
      const next = rawTop > to ? await endOfRun(readModelIn(schema, client), partition, to) : to;
      const { underivedTo } = advanced(progress, next, rawTop);
      await client.query(PASS_RAW(model), [partition, next, underivedTo]);
      return ['commit', undefined];
    },
    { durable: false, lockTimeoutMs: LOCK_TIMEOUT_MS },
  );
}

/** Raises the alarm, or extends it: raw records from `rawNext` on, up to `to`, are not derived. */
export async function markUnderived(model: ReadModel, partition: number, rawNext: number, to: number): Promise<void> {
  await model.db.query(MARK_UNDERIVED(model), [partition, rawNext, to]);
}
