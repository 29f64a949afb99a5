import type { Batch } from '@mps-ledger/event-log';

import type { Dice } from './dice';
import type { Gaps } from './gaps';

export interface CuttingOptions {
  /** The requested position of the batch. */
  readonly from: number;
  /** The maximum number of pieces; each has at least one record. */
  readonly pieces: number;
  readonly gaps: Gaps;
  readonly dice: Dice;
}

/** Cuts a batch into consecutive batches with gaps between their offsets; a piece may end anywhere in a gap. */
export function cutInPieces(batch: Batch, { from, pieces, gaps, dice }: CuttingOptions): Batch[] {
  const records = batch.records.map((record) => ({ ...record, offset: gaps.offset(record.offset) }));
  const cuts = new Set([records.length]);
  for (let piece = 1; piece < pieces && records.length > 1; piece += 1) cuts.add(dice.between(1, records.length - 1));
  const cutBatches: Batch[] = [];
  let begin = 0;
  let position = from;
  for (const end of [...cuts].sort((a, b) => a - b)) {
    const piece = records.slice(begin, end);
    const least = (piece.at(-1)?.offset ?? position) + 1;
    const to = dice.between(least, records[end]?.offset ?? least);
    cutBatches.push({ ...batch, from: position, to, records: piece });
    begin = end;
    position = to;
  }
  return cutBatches;
}
