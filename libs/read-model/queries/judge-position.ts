import type { Position } from '@mps-ledger/records';
import type { ReadModel } from '../read-model';
import { freshnessOf } from './freshness';
import type { Freshness, FreshRow } from './freshness';
import { JUDGE_POSITION } from '../sql/judge-position';

/**
 * What a position is to this build of the read model.
 * - `current`: the rows are at it or beyond it, and the events before it are those that it was made of.
 * - `beyond`: the rows are not there yet; whether the position fits is known once they are.
 * - `reset`: the events before it are others, or the log ends below it: the log was set back since, or this position was never given out.
 * - `other-log`, `older-generation`, `newer-generation`: its offsets are of another log, or of other topics of this one.
 * - `other-partitions`: it has another number of offsets than this log has partitions.
 */
export type PositionVerdict =
  'current' | 'beyond' | 'reset' | 'other-log' | 'older-generation' | 'newer-generation' | 'other-partitions';

/**
 * Judges a position that a client got before, by the rows of one moment.
 *
 * @param ends where the partitions of the event log are known to end. Default: not known; then a position beyond the end of a log
 * that was set back is `beyond`.
 */
export async function judgePosition(
  model: ReadModel,
  position: Position,
  ends: readonly number[] = [],
): Promise<{ readonly freshness: Freshness; readonly verdict: PositionVerdict }> {
  const { rows } = await model.db.query<FreshRow & { readonly check_before: string | null }>({
    ...JUDGE_POSITION(model),
    values: [position.offsets.join('-')],
  });
  const freshness = freshnessOf(model, rows[0]);
  const verdict = comparePosition(position, freshness, ends);
  if (verdict !== 'current') return { freshness, verdict };
  return { freshness, verdict: rows[0]?.check_before === position.check ? 'current' : 'reset' };
}

/** The same as far as it is known without the rows: `current` says that they are at the position, and not that they fit it. */
export function comparePosition(
  { logId, logGeneration, eventGeneration, offsets }: Position,
  here: Freshness,
  ends: readonly number[] = [],
): PositionVerdict {
  if (logId !== here.logId) return 'other-log';
  const newer = logGeneration - here.logGeneration || eventGeneration - here.eventGeneration;
  if (newer !== 0) return newer < 0 ? 'older-generation' : 'newer-generation';
  if (offsets.length !== here.offsets.length) return 'other-partitions';
  if (offsets.some((offset, partition) => offset > (ends[partition] ?? Infinity))) return 'reset';
  return offsets.some((offset, partition) => offset > (here.offsets[partition] ?? 0)) ? 'beyond' : 'current';
}
