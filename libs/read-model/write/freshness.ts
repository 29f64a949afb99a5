import type { Pool } from 'pg';
import { inTransaction } from '@mps-ledger/database';
import { TOPICS } from '@mps-ledger/records';
import { inSchema, type ReadModel } from '../read-model';

/** A partition's end at a moment: when its rows have reached it, they are complete as of that moment. */
export interface FreshnessSample {
  /** The topic that is followed. */
  readonly topic: string;
  readonly partition: number;
  /** Taken from the database's clock before the end was read. */
  readonly asOf: string;
  /** The end position: of events the raw topic's, which is where they come from; else the topic's own. */
  readonly end: number;
  /** How far that topic is known to have reached. Default: not known. */
  readonly seenEnd?: number;
}

/** The database's clock: RFC 3339, UTC, microseconds. The only clock that freshness is told by. */
export async function databaseTime({ db }: ReadModel): Promise<string> {
  const { rows } = await db.query<{ now: string }>(
    `SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS now`,
  );
  const [row] = rows;
  if (row === undefined) throw new Error('the database did not say what time it is');
  return row.now;
}

/**
 * What `complete_as_of` becomes: the later of two times, but none that is yet to come. Where there is one, the clock was set
 * back since: a time of the other clock says nothing now, and would hide a lag until the clock has caught up with it.
 */
export function laterOf(known: string, given: string): string {
  return `CASE WHEN ${given} IS NULL OR ${given} > clock_timestamp() THEN ${known}
    WHEN ${known} > clock_timestamp() THEN ${given} ELSE greatest(${known}, ${given}) END`;
}

const REACHED = `(CASE c.topic WHEN '${TOPICS.events}' THEN c.raw_next ELSE c."position" END >= s."end")`;

const WRITE = inSchema(
  (schema) => `
  WITH seen AS (
    SELECT c.topic, c.partition, s.as_of, s.seen_end, ${REACHED} AS is_reached
    FROM json_to_recordset($1::json) s (topic text, partition integer, as_of timestamptz, "end" bigint, seen_end bigint)
    JOIN ${schema}.checkpoint c ON c.topic = s.topic AND c.partition = s.partition
    WHERE ${REACHED} OR c.seen_end < s.seen_end
    FOR UPDATE OF c SKIP LOCKED
  ), written AS (
    UPDATE ${schema}.checkpoint c SET
      complete_as_of = CASE WHEN s.is_reached THEN ${laterOf('c.complete_as_of', 's.as_of')} ELSE c.complete_as_of END,
      seen_end = greatest(c.seen_end, s.seen_end)
    FROM seen s WHERE c.topic = s.topic AND c.partition = s.partition
    RETURNING c.topic, c.partition, s.is_reached
  )
  SELECT topic, partition FROM written WHERE is_reached`,
);

/**
 * Writes `complete_as_of` for the partitions whose samples are reached, and of all how far the log was seen to reach
 * (`seen_end`): what is gone of it later is missed, also where nothing was made of it yet. A partition whose checkpoint is locked is left
 * out: a batch is under way there, which does the same for itself. Does not wait for the disk: what a crash loses of it
 * is said again.
 *
 * @returns the partitions whose samples are done with, in no order.
 */
export async function writeCompleteAsOf(
  model: ReadModel<Pool>,
  samples: readonly FreshnessSample[],
): Promise<readonly Pick<FreshnessSample, 'topic' | 'partition'>[]> {
  if (samples.length === 0) return [];
  const given = samples.map(({ asOf, seenEnd, ...sample }) => ({
    ...{ as_of: asOf, seen_end: seenEnd ?? 0 },
    ...sample,
  }));
  const values = [JSON.stringify(given)];
  const { rows } = await inTransaction(
    model.db,
    async (client) =>
      ['commit', await client.query<{ topic: string; partition: number }>(WRITE(model), values)] as const,
    { durable: false },
  );
  return rows;
}
