import { accountedAmong, advanced, endOfRun } from '@mps-ledger/read-model';
import type { CheckpointState, RawProgress, ReadModel } from '@mps-ledger/read-model';

/**
 * Computes the progress on the raw log after a batch. `endedRawOffsets`: raw offsets whose `notification.received` is in the batch, in
 * log order, possibly repeated. Runs in the transaction that has locked the checkpoint.
 *
 * Usually each offset is the next one. After a crash or beside a stale owner they go back, and where derivation skipped raw records
 * they jump: then the rows say which later offsets are applied already.
 */
export async function rawProgressAfter(
  model: ReadModel,
  partition: number,
  before: CheckpointState,
  endedRawOffsets: readonly number[],
): Promise<RawProgress> {
  const ended = new Set(endedRawOffsets);
  let next = before.rawNext;
  while (ended.has(next)) next += 1;
  const top = endedRawOffsets.reduce((highest, offset) => Math.max(highest, offset + 1), before.rawTop);
  // There are rows above the next offset only where raw records were passed over before.
  while (next > before.rawNext && before.rawTop > next) {
    const end = await endOfRun(model, partition, next);
    if (end === next) break;
    next = end;
    while (ended.has(next)) next += 1;
  }
  return advanced(before, next, top);
}

/** Finds out of some raw offsets whether their first `notification.received` was applied before this batch. */
export async function accountedBefore(
  model: ReadModel,
  partition: number,
  { rawNext, rawTop }: RawProgress,
  offsets: Iterable<number>,
): Promise<(offset: number) => boolean> {
  if (rawTop <= rawNext) return (offset) => offset < rawNext;
  const above = [...new Set(offsets)].filter((offset) => offset >= rawNext && offset < rawTop);
  const known = await accountedAmong(model, partition, above);
  return (offset) => offset < rawNext || known.has(offset);
}
