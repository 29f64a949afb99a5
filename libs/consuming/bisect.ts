import type { Slice } from './checkpoint';
import { classifyFailure, failureMessage } from './failures';
import { PARK_NOTHING } from './projection';
import type { CheckpointStore, ParkList } from './projection';

export interface BisectOptions extends Pick<CheckpointStore, 'appendOnlyKeys'> {
  /** Applies a slice in a transaction of its own; answers the position to continue from. */
  readonly apply: (slice: Slice, park: ParkList) => Promise<number>;
  /** Resolves where the database accepts writes at all. */
  readonly probe: () => Promise<void>;
  /** Keeps the ownership of the partition between two transactions. */
  readonly heartbeat: () => Promise<void>;
}

/**
 * Applies a rejected slice in ever smaller parts, and parks the records that are rejected one by one. Call it after a probe has shown
 * that the database accepts other rows. A failure of the environment ends it: what was applied until then stays, and nothing is parked
 * because of that failure.
 *
 * @returns the position to continue from
 */
export async function bisect(slice: Slice, options: BisectOptions): Promise<number> {
  await options.heartbeat();
  try {
    return await options.apply(slice, PARK_NOTHING);
  } catch (error) {
    if (classifyFailure(error, options.appendOnlyKeys) !== 'rejected') throw error;
    const [only] = slice.records;
    if (only === undefined) throw error;
    if (slice.records.length === 1) return parkRecord(slice, error, options);
    const [first, second] = halves(slice);
    const position = await bisect(first, options);
    // Not where the first half ends: another owner is at work on this partition.
    if (position < first.to || position >= second.to) return position;
    return bisect(second, options);
  }
}

/** Parks the only record of a slice; minimally where the database rejects that too. */
async function parkRecord(slice: Slice, error: unknown, options: BisectOptions): Promise<number> {
  const { apply, probe } = options;
  await probe();
  const reason = failureMessage(error);
  const reasons = new Map(slice.records.map(({ offset }) => [offset, reason]));
  try {
    return await apply(slice, { reasons, isMinimal: false });
  } catch (again) {
    if (classifyFailure(again, options.appendOnlyKeys) !== 'rejected') throw again;
    return apply(slice, { reasons, isMinimal: true });
  }
}

function halves(slice: Slice): readonly [Slice, Slice] {
  const { records } = slice;
  const middle = records.length >> 1;
  const boundary = records[middle]?.offset ?? slice.to;
  return [
    { ...slice, to: boundary, records: records.slice(0, middle) },
    { ...slice, from: boundary, records: records.slice(middle) },
  ];
}
