import type { ReadModel } from '../read-model';
import type { Partition } from './checkpoint';
import { columnTexts } from './columns';
import { writeErrorCodes } from './error-codes';
import type { SeenEventEnd } from './freshness';
import { writeLiveItems } from './live-items';
import type { RawProgress } from './raw-progress';
import { HISTORY, NOTIFICATION, PARKED, STATE, SUBTASK, TASK, TRANSITION, USAGE } from './rows';
import type { BatchRows } from './rows';
import { removeUsage, writeFailures } from './write-reports';
import { WRITE_BATCH } from '../sql/write-batch';

/** How the checkpoint moves with a batch. */
export interface CheckpointMove extends RawProgress {
  /** The next offset to apply. */
  readonly position: number;
  /** Identity of the last record applied; nulls where there was none yet. */
  readonly lastOffset: number | null;
  readonly lastDigest: string | null;
  /** A time up to which the partition is now complete, if one is known; an earlier one than before is ignored. */
  readonly completeAsOf: string | null;
  /** The end of the event log. Default: it was not looked at. */
  readonly eventEnd?: SeenEventEnd | null;
}

/**
 * Writes a batch's rows and moves the checkpoint: inside the transaction that has locked the checkpoint, which the caller
 * commits. Rejects with the database's error; then the transaction is to be rolled back and nothing was written.
 */
export function writeBatch(model: ReadModel, at: Partition, rows: BatchRows, move: CheckpointMove): Promise<void> {
  return writeRows(model, at, rows, { ...move, lastEventId: lastEventIdIn(rows) });
}

/** The same where not all rows of the batch are among `rows`. `lastEventId`: see `lastEventIdIn`. */
export async function writeRows(
  model: ReadModel,
  at: Partition,
  rows: BatchRows,
  move: CheckpointMove & { readonly lastEventId: string | null },
): Promise<void> {
  const {
    position,
    lastOffset,
    lastEventId,
    lastDigest,
    rawNext,
    rawTop,
    underivedTo,
    completeAsOf,
    eventEnd = null,
  } = move;
  const values = [
    ...[at.topic, at.partition],
    ...[position, lastOffset, lastEventId, lastDigest, rawNext, rawTop, underivedTo, completeAsOf],
    ...[eventEnd?.end ?? null, eventEnd?.asOf ?? null],
    ...columnTexts(HISTORY, rows.history),
    ...columnTexts(TASK, rows.tasks),
    ...columnTexts(STATE, rows.states),
    ...columnTexts(SUBTASK, rows.subtasks),
    ...columnTexts(NOTIFICATION, rows.notifications),
    ...columnTexts(PARKED, rows.parked),
    ...columnTexts(TRANSITION, rows.transitions),
    ...columnTexts(USAGE, rows.reports.usage),
  ];
  await writeErrorCodes(model, rows.errorCodes);
  await writeLiveItems(model, rows.liveItems);
  await writeFailures(model, at.partition, rows.reports);
  await model.db.query({ ...WRITE_BATCH(model), values });
  await removeUsage(model, at.partition, rows.reports);
}

/** Event id of the last record that a batch applies or parks, empty where none could be read; null where it keeps none. */
export function lastEventIdIn({ history, parked }: Pick<BatchRows, 'history' | 'parked'>): string | null {
  let last: { readonly offset: number; readonly event_id: string | null } | null = null;
  for (const row of [...history, ...parked]) if (row.offset > (last?.offset ?? -1)) last = row;
  return last === null ? null : (last.event_id ?? '');
}
