import { TOPICS } from '@mps-ledger/records';
import { inSchema } from '../read-model';

/**
 * What `complete_as_of` becomes: the later of two times, but none that is yet to come. Where there is one, the clock was set
 * back since: a time of the other clock says nothing now, and would hide a lag until the clock has caught up with it.
 */
export function laterOf(known: string, given: string): string {
  return `CASE WHEN ${given} IS NULL OR ${given} > clock_timestamp() THEN ${known}
    WHEN ${known} > clock_timestamp() THEN ${given} ELSE greatest(${known}, ${given}) END`;
}

/** What a checkpoint has of the end of the event log once it was seen to be there as of a time; nulls: it was not looked at. */
export function eventEndSeen(end: string, asOf: string): string {
  return `event_end = coalesce(${end}, c.event_end), event_end_as_of = coalesce(${asOf}, c.event_end_as_of)`;
}

const REACHED = `(CASE c.topic WHEN '${TOPICS.events}' THEN c.raw_next ELSE c."position" END >= s."end")`;

/** Compares and writes in one statement, and skips checkpoints that a batch has locked. */
export const WRITE_COMPLETE_AS_OF = inSchema(
  (schema) => `
  WITH seen AS (
    SELECT c.topic, c.partition, s.as_of, s.seen_end, s.event_end, s.event_end_as_of, ${REACHED} AS is_reached
    FROM json_to_recordset($1::json) s (topic text, partition integer, as_of timestamptz, "end" bigint, seen_end bigint,
      event_end bigint, event_end_as_of timestamptz)
    JOIN ${schema}.checkpoint c ON c.topic = s.topic AND c.partition = s.partition
    WHERE ${REACHED} OR c.seen_end < s.seen_end OR s.event_end IS NOT NULL
    FOR UPDATE OF c SKIP LOCKED
  ), written AS (
    UPDATE ${schema}.checkpoint c SET
      complete_as_of = CASE WHEN s.is_reached THEN ${laterOf('c.complete_as_of', 's.as_of')} ELSE c.complete_as_of END,
      seen_end = greatest(c.seen_end, s.seen_end),
      ${eventEndSeen('s.event_end', 's.event_end_as_of')}
    FROM seen s WHERE c.topic = s.topic AND c.partition = s.partition
    RETURNING c.topic, c.partition, s.is_reached
  )
  SELECT topic, partition FROM written WHERE is_reached`,
);
