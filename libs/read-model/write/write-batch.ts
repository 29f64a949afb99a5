import type { ClientBase } from 'pg';
import { FOLD_VERSION } from '@mps-ledger/tasks';
import { projectionSchema as schema } from '../schema';
import type { Partition } from './checkpoint';
import type { BatchRows } from './rows';

/** How the checkpoint moves with a batch. */
export interface CheckpointMove {
  /** The next offset to apply. */
  readonly position: number;
  /** Identity of the last record applied; nulls where there was none yet. */
  readonly lastOffset: number | null;
  readonly lastEventId: string | null;
  readonly lastDigest: string | null;
  /** Raw offsets below this are applied; a lower one than before is ignored. */
  readonly rawApplied: number;
  /** A time up to which the partition is now complete, if one is known; an earlier one than before is ignored. */
  readonly completeAsOf: string | null;
}

const MOVE_CHECKPOINT = `
  UPDATE ${schema}.checkpoint c SET
    position = m.position, last_offset = m.last_offset, last_event_id = m.last_event_id, last_digest = m.last_digest,
    raw_applied = greatest(c.raw_applied, m.raw_applied), complete_as_of = greatest(c.complete_as_of, m.complete_as_of)
  FROM json_to_record($10::json) m (
    position bigint, last_offset bigint, last_event_id text, last_digest text, raw_applied bigint, complete_as_of timestamptz)
  WHERE c.topic = $1::text AND c.partition = $2::int`;

const WRITE_HISTORY = `
  INSERT INTO ${schema}.history (generation, partition, "offset", task_key, event_id, type, subtask_key, occurred, received,
    logged, trust, causation_id, mapper, raw_offset, traceparent, data)
  SELECT $3::int, $2::int, r."offset", r.task_key, r.event_id, r.type, r.subtask_key, r.occurred, r.received,
    r.logged, r.trust, r.causation_id, r.mapper, r.raw_offset, r.traceparent, r.data
  FROM json_to_recordset($4::json) r ("offset" bigint, task_key bytea, event_id text, type text, subtask_key text,
    occurred timestamptz, received timestamptz, logged timestamptz, trust text, causation_id text, mapper text,
    raw_offset bigint, traceparent text, data text)`;

const WRITE_TASKS = `
  INSERT INTO ${schema}.task (task_key, account, task_id, task_id_json, kind, status, outcome, error_code, confirmation,
    contradicted, revised, parked, version, session_id, partition, first_received, updated)
  SELECT r.task_key, r.account, r.task_id, r.task_id_json, r.kind, r.status, r.outcome, r.error_code, r.confirmation,
    r.contradicted, r.revised, r.parked, r.version, r.session_id, $2::int, r.first_received, r.updated
  FROM json_to_recordset($5::json) r (task_key bytea, account text, task_id text, task_id_json text, kind text, status text,
    outcome text, error_code text, confirmation text, contradicted boolean, revised boolean, parked integer, version bigint,
    session_id text, first_received timestamptz, updated timestamptz)
  ON CONFLICT (task_key) DO UPDATE SET
    kind = excluded.kind, status = excluded.status, outcome = excluded.outcome, error_code = excluded.error_code,
    confirmation = excluded.confirmation, contradicted = excluded.contradicted, revised = excluded.revised,
    parked = excluded.parked, version = excluded.version, session_id = excluded.session_id, updated = excluded.updated`;

const WRITE_STATES = `
  INSERT INTO ${schema}.task_state (task_key, fold_version, state, digest)
  SELECT r.task_key, ${FOLD_VERSION}, r.state, r.digest
  FROM json_to_recordset($6::json) r (task_key bytea, state text, digest text)
  ON CONFLICT (task_key) DO UPDATE SET state = excluded.state, digest = excluded.digest`;

const WRITE_SUBTASKS = `
  INSERT INTO ${schema}.subtask (task_key, key_digest, key, kind, definition, status, progress, error_code, error_code_ext,
    message, contradicted, revised, twins)
  SELECT r.task_key, r.key_digest, r.key, r.kind, r.definition, r.status, r.progress, r.error_code, r.error_code_ext,
    r.message, r.contradicted, r.revised, r.twins
  FROM json_to_recordset($7::json) r (task_key bytea, key_digest bytea, key text, kind text, definition text, status text,
    progress double precision, error_code text, error_code_ext text, message text, contradicted boolean, revised boolean,
    twins integer)
  ON CONFLICT (task_key, key_digest) DO UPDATE SET
    status = excluded.status, progress = excluded.progress, error_code = excluded.error_code,
    error_code_ext = excluded.error_code_ext, message = excluded.message, contradicted = excluded.contradicted,
    revised = excluded.revised, twins = excluded.twins`;

const WRITE_NOTIFICATIONS = `
  INSERT INTO ${schema}.notification (topic, generation, partition, "offset", notification_id, state, kind, event_type,
    account, task_key, task_id, task_id_json, source, transport, trust, received, reason, detail, digest, size, events,
    event_offset)
  SELECT r.topic, $3::int, $2::int, r."offset", r.notification_id, r.state, r.kind, r.event_type,
    r.account, r.task_key, r.task_id, r.task_id_json, r.source, r.transport, r.trust, r.received, r.reason, r.detail,
    r.digest, r.size, r.events, r.event_offset
  FROM json_to_recordset($8::json) r (topic text, "offset" bigint, notification_id text, state text, kind text,
    event_type text, account text, task_key bytea, task_id text, task_id_json text, source text, transport text, trust text,
    received timestamptz, reason text, detail text, digest text, size bigint, events integer, event_offset bigint)
  ON CONFLICT (topic, generation, partition, "offset") DO NOTHING`;

const WRITE_PARKED = `
  INSERT INTO ${schema}.parked (topic, generation, partition, "offset", task_key, event_id, type, causation_id, raw_offset,
    reason, headers, key, value, received, logged)
  SELECT $1::text, $3::int, $2::int, r."offset", r.task_key, r.event_id, r.type, r.causation_id, r.raw_offset,
    r.reason, r.headers, r.key, r.value, r.received, r.logged
  FROM json_to_recordset($9::json) r ("offset" bigint, task_key bytea, event_id text, type text, causation_id text,
    raw_offset bigint, reason text, headers text, key bytea, value bytea, received timestamptz, logged timestamptz)`;

/**
 * One statement for a whole batch, one round trip. Each table's rows are one JSON text: the driver's escaping of array
 * parameters costs more than all else it does. It is not prepared by name: a plan made while a table was small must not
 * outlive that.
 */
const WRITE_BATCH = `
WITH history AS (${WRITE_HISTORY}),
tasks AS (${WRITE_TASKS}),
states AS (${WRITE_STATES}),
subtasks AS (${WRITE_SUBTASKS}),
notifications AS (${WRITE_NOTIFICATIONS}),
parked AS (${WRITE_PARKED})
${MOVE_CHECKPOINT}`;

/**
 * Writes a batch's rows and moves the checkpoint: inside the transaction that has locked the checkpoint, which the caller
 * commits. Rejects with the database's error; then the transaction is to be rolled back and nothing was written.
 */
export async function writeBatch(
  client: ClientBase,
  at: Partition,
  rows: BatchRows,
  move: CheckpointMove,
): Promise<void> {
  await client.query(WRITE_BATCH, [
    at.topic,
    at.partition,
    at.generation,
    JSON.stringify(rows.history),
    JSON.stringify(rows.tasks),
    JSON.stringify(rows.states),
    JSON.stringify(rows.subtasks),
    JSON.stringify(rows.notifications),
    JSON.stringify(rows.parked),
    JSON.stringify({
      position: move.position,
      last_offset: move.lastOffset,
      last_event_id: move.lastEventId,
      last_digest: move.lastDigest,
      raw_applied: move.rawApplied,
      complete_as_of: move.completeAsOf,
    }),
  ]);
}
