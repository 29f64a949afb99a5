import type { Logger } from '@mps-ledger/platform';
import { refuseExport, type BadLines } from './bad-lines';
import { type Input, readLines } from '@mps-ledger/exports';
import type { ImportProgress, LineCounts } from './import-cursor';
import { MAX_LINE_BYTES, type LineTaker } from './take-line';
import { TakesInOrder, type TakesInOrderOptions } from './takes-in-order';

export interface ImportLinesOptions {
  readonly input: Input;
  readonly taker: LineTaker;
  /** Where to begin, and what was counted before it. */
  readonly from: ImportProgress;
  readonly bad: BadLines;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  /** Called after each line, in order, with how far it is. */
  readonly onProgress: (progress: ImportProgress) => void;
  readonly limits?: Pick<TakesInOrderOptions, 'giveUpMs' | 'maxLines' | 'maxBytes'>;
}

/**
 * Imports the lines of an input from a line of it on. Rejects where the rest cannot be read, where the log takes nothing for too
 * long, or with the reason of the signal; what `onProgress` was called with is on the log.
 */
export async function importLines(options: ImportLinesOptions): Promise<void> {
  const { input, taker, from, bad, logger, signal, onProgress, limits } = options;
  const counts = { imported: from.counts.imported, empty: from.counts.empty };
  const failed = new AbortController();
  const takes = new TakesInOrder({
    ...limits,
    take: taker.take,
    signal,
    onFailure: (error) => failed.abort(error),
    onWaiting: (reason, attempt) => logger.warn({ reason, attempt }, 'the log does not take notifications; retrying'),
    onDone(line, outcome) {
      if (outcome.outcome === 'bad') bad.add(line, outcome);
      else counts[outcome.outcome] += 1;
      onProgress({ position: { line: line.number, offset: line.end }, counts: countsOf(counts, bad) });
    },
  });
  const chunks = input.read(from.position.offset, AbortSignal.any([signal, failed.signal]));
  try {
    for await (const line of readLines(chunks, { from: from.position, maxBytes: MAX_LINE_BYTES })) {
      refuseExport(line);
      await takes.add(line);
    }
  } finally {
    await takes.end();
  }
}

function countsOf(counts: Pick<LineCounts, 'imported' | 'empty'>, bad: BadLines): LineCounts {
  return { ...counts, bad: { ...bad.byReason } };
}
