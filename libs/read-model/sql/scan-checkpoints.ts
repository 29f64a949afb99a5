import { inSchema } from '../read-model';

/** Inside the snapshot of the verifier; times to the microsecond, as they are stored. */
export const SCAN_CHECKPOINTS = inSchema(
  (schema) => `SELECT topic, partition, position, last_offset, last_event_id, last_digest, raw_next, raw_top, seen_end,
       to_char(complete_as_of AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS complete_as_of,
       event_end, to_char(event_end_as_of AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS event_end_as_of
     FROM ${schema}.checkpoint ORDER BY topic, partition`,
);
