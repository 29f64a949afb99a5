import { TOPICS } from '@mps-ledger/records';
import { inSchema, type ReadModel } from '../read-model';

/** Raw offsets [from, to) of a partition. */
export interface RawRange {
  readonly partition: number;
  readonly from: number;
  readonly to: number;
}

/** Ranges answered at most: whoever derives them asks again. */
const MOST_RANGES = 10_000;

const READ_RANGES = inSchema(
  (schema) => `
  SELECT c.partition, gap.start, gap.stop
  FROM ${schema}.checkpoint c CROSS JOIN LATERAL (
    SELECT lag(o, 1, c.raw_next - 1) OVER (ORDER BY o) + 1 AS start, o AS stop
    FROM (
      SELECT "offset" AS o FROM ${schema}.notification n
      WHERE n.topic = '${TOPICS.raw}' AND n.partition = c.partition
        AND n."offset" >= c.raw_next AND n."offset" < c.underived_to
      UNION
      SELECT raw_offset FROM ${schema}.parked p
      WHERE p.topic = '${TOPICS.events}' AND p.partition = c.partition
        AND p.type = 'notification.received' AND p.raw_offset >= c.raw_next AND p.raw_offset < c.underived_to
      UNION
      SELECT c.underived_to
    ) accounted
  ) gap
  WHERE c.topic = '${TOPICS.events}' AND c.underived_to > c.raw_next AND gap.start < gap.stop
  ORDER BY c.partition, gap.start LIMIT ${MOST_RANGES}`,
);

/**
 * What was heard and not derived when it should have been: the raw offsets in each range that hold a notification are to be
 * derived again. Some may hold none. By partition and offset; at most 10,000 ranges.
 */
export async function readUnderived(model: ReadModel): Promise<readonly RawRange[]> {
  const { rows } = await model.db.query<{ partition: number; start: string; stop: string }>(READ_RANGES(model));
  return rows.map(({ partition, start, stop }) => ({ partition, from: Number(start), to: Number(stop) }));
}

/** A partition with raw records that were not derived: somewhere in [from, to), the first of them at `from`. */
export interface UnderivedAlarm extends RawRange {
  /** Later records are derived: these were passed over. False: nothing after them is derived either. */
  readonly isPassedOver: boolean;
}

/** The partitions with such records, by number: read from the checkpoints alone, so that it may be asked often. */
export async function readUnderivedAlarms({ schema, db }: ReadModel): Promise<readonly UnderivedAlarm[]> {
  const { rows } = await db.query<{ partition: number; start: string; stop: string; passed: boolean }>(
    `SELECT partition, raw_next AS start, underived_to AS stop, raw_top > raw_next AS passed
     FROM ${schema}.checkpoint WHERE topic = '${TOPICS.events}' AND underived_to > raw_next ORDER BY partition`,
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
