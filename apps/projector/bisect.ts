import type { Slice } from './checkpoint';
import { describeFailure, faultOf } from './faults';
import { PARK_NOTHING } from './batch';
import type { ToPark } from './batch';

export interface BisectOptions {
  /** Applies a slice in a transaction of its own; answers where to go on. */
  readonly apply: (slice: Slice, park: ToPark) => Promise<number>;
  /** Resolves when the database takes rows at all. */
  readonly probe: () => Promise<void>;
  /** Says "still at work" between two transactions. */
  readonly heartbeat: () => Promise<void>;
}

/**
 * Applies a slice that the database refuses, in ever smaller parts, and parks the records that are refused alone. Only
 * called once a probe has shown that the database takes other rows. A fault of the environment ends it: what was applied
 * until then stays, nothing is parked for it.
 *
 * @returns the position to go on from.
 */
export async function bisect(slice: Slice, options: BisectOptions): Promise<number> {
  await options.heartbeat();
  try {
    return await options.apply(slice, PARK_NOTHING);
  } catch (error) {
    if (faultOf(error) !== 'refused') throw error;
    const [only] = slice.records;
    if (only === undefined) throw error;
    if (slice.records.length === 1) return park(slice, error, options);
    const [first, second] = halves(slice);
    const position = await bisect(first, options);
    // Elsewhere than expected: somebody else is at work on this partition.
    if (position < first.to || position >= second.to) return position;
    return bisect(second, options);
  }
}

/** Parks the one record of a slice; without telling its task, where the database refuses that too. */
async function park(slice: Slice, error: unknown, { apply, probe }: BisectOptions): Promise<number> {
  await probe();
  const reason = describeFailure(error);
  const reasons = new Map(slice.records.map(({ offset }) => [offset, reason]));
  try {
    return await apply(slice, { reasons, showOnTasks: true });
  } catch (again) {
    if (faultOf(again) !== 'refused') throw again;
    return apply(slice, { reasons, showOnTasks: false });
  }
}

function halves(slice: Slice): readonly [Slice, Slice] {
  const { records } = slice;
  const middle = records.length >> 1;
  const border = records[middle]?.offset ?? slice.to;
  return [
    { ...slice, to: border, records: records.slice(0, middle) },
    { ...slice, from: border, records: records.slice(middle) },
  ];
}
