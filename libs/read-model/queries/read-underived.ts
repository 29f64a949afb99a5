import type { ReadModel } from '../read-model';
import { READ_UNDERIVED, READ_UNDERIVED_ALARMS } from '../sql/read-underived';

/** Raw offsets [from, to) of a partition. */
export interface RawRange {
  readonly partition: number;
  readonly from: number;
  readonly to: number;
}

/**
 * What was received and not derived when it should have been: the raw offsets in each range that hold a notification are to be
 * derived again. Some may hold none. By partition and offset; at most 10,000 ranges.
 */
export async function readUnderived(model: ReadModel): Promise<readonly RawRange[]> {
  const { rows } = await model.db.query<{ partition: number; start: string; stop: string }>(READ_UNDERIVED(model));
  return rows.map(({ partition, start, stop }) => ({ partition, from: Number(start), to: Number(stop) }));
}

/** A partition with raw records that were not derived: somewhere in [from, to), the first of them at `from`. */
export interface UnderivedAlarm extends RawRange {
  /** Later records are derived: these were passed over. False: nothing after them is derived either. */
  readonly isPassedOver: boolean;
}

/** The partitions with such records, by number: read from the checkpoints alone, so that it may be asked often. */
export async function readUnderivedAlarms(model: ReadModel): Promise<readonly UnderivedAlarm[]> {
  const { rows } = await model.db.query<{ partition: number; start: string; stop: string; passed: boolean }>(
    READ_UNDERIVED_ALARMS(model),
  );
  return rows.map(({ partition, start, stop, passed }) => ({
    partition,
    from: Number(start),
    to: Number(stop),
    isPassedOver: passed,
  }));
}

const NAMED = 3;

/** The alarm in words, with what to do; null where there is none. */
export function describeUnderived(alarms: readonly UnderivedAlarm[]): string | null {
  const [first] = alarms;
  if (first === undefined) return null;
  const named = alarms
    .slice(0, NAMED)
    .map(({ partition, from, to }) => `partition ${partition}, raw ${from} to ${to - 1}`);
  const more = alarms.length > NAMED ? `; and ${alarms.length - NAMED} more partitions` : '';
  const isPassedOver = alarms.some((alarm) => alarm.isPassedOver);
  const what = isPassedOver
    ? 'notifications were received and passed over by derivation: run "npm run derive -- --again"'
    : 'notifications were received and are not derived: see whether ingest runs and is ready';
  return `underived: ${what} (${named.join('; ')}${more})`;
}
