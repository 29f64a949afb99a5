import type { ClientBase, Pool } from 'pg';

/**
 * Rows for lists, generated in SQL: any number of them, the same each time. Two accounts have nine tenths of them, and a thousand
 * accounts share the rest. Some common values never occur together, since a filter by both of them is the worst case of most query
 * plans: account `big` with kind `live`, account `default` with error code `40000`, account `big` with session `session-other`,
 * error code `70000` with session `session-common`; and tasks that are `unconfirmed` and contradicted.
 * Error codes `30020` (common) and `70020` (rare) occur in subtasks only; some tasks have several. Most tasks are updated within minutes
 * of when they are first received, some after days.
 */
export interface PlantedLists {
  readonly tasks: number;
  readonly notifications: number;
  /** Hours from the first task to the last, and from the first notification. Default: a task each 37 ms, a notification each 12 ms. */
  readonly hours?: number;
}

/** When the first task was received. */
const FIRST_MS = Date.UTC(2026, 10, 1);

/** Common, rare and absent values, by filter. */
export type FilterValues = Readonly<Record<string, readonly string[]>>;

/** Values by filter of `GET /v1/tasks`. The times are chosen for a million tasks: most, few or none are after or before them. */
export const TASK_FILTER_VALUES: FilterValues = {
  account: ['default', 'big', 'small-7', 'nobody'],
  status: ['finished', 'processing', 'queued', 'unknown'],
  outcome: ['succeeded', 'failed', 'partially-failed', 'undetermined'],
  kind: ['workflow', 'live', 'batch', 'extract-blind-watermark'],
  confirmation: ['confirmed', 'unconfirmed'],
  contradicted: ['false', 'true'],
  parked: ['false', 'true'],
  error_code: ['0', '30010', '40000', '70000', '70001', '30020', '70020', '99999'],
  session_id: ['session-common', 'session-other', 'session-5', 'nobody'],
  received_after: ['2026-11-01T00:10:00Z', '2026-11-01T10:15:00Z', '2027-01-01T00:00:00Z'],
  received_before: ['2026-11-01T10:00:00Z', '2026-11-01T00:00:10Z', '2026-01-01T00:00:00Z'],
  updated_after: ['2026-11-01T00:12:00Z', '2026-11-01T10:17:00Z', '2026-12-01T00:00:00Z'],
  updated_before: ['2026-11-01T10:00:00Z', '2026-11-01T00:01:00Z', '2026-01-01T00:00:00Z'],
  order: ['first_received', 'updated'],
};

/** The same values, with times for tasks over so many hours. */
export function taskFilterValues(hours: number): FilterValues {
  const at = (share: number): string => new Date(FIRST_MS + share * hours * 3_600_000).toISOString();
  return {
    ...TASK_FILTER_VALUES,
    received_after: [at(0.02), at(0.999), '2027-01-01T00:00:00Z'],
    received_before: [at(0.97), at(0.0003), '2026-01-01T00:00:00Z'],
    updated_after: [at(0.02), at(0.999), '2027-01-01T00:00:00Z'],
    updated_before: [at(0.97), at(0.0005), '2026-01-01T00:00:00Z'],
  };
}

/** Values by filter of `GET /v1/notifications`. */
export const NOTIFICATION_FILTER_VALUES: FilterValues = {
  state: ['derived', 'rejected'],
  kind: ['workflow', 'live', 'batch', 'extract-blind-watermark'],
  account: ['default', 'big', 'small-7', 'nobody'],
  session_id: ['session-common', 'session-other', 'session-5', 'nobody'],
  source: ['mps', 'queue-1', 'nowhere'],
  trust: ['callback-signed', 'queue', 'file'],
  unattributed: ['false', 'true'],
  received_after: ['2026-11-01T00:10:00Z', '2026-11-01T09:59:00Z', '2027-01-01T00:00:00Z'],
  received_before: ['2026-11-01T09:50:00Z', '2026-11-01T00:00:10Z', '2026-01-01T00:00:00Z'],
};

/** The same values, with times for notifications over so many hours. */
export function notificationFilterValues(hours: number): FilterValues {
  const { received_after = [], received_before = [] } = taskFilterValues(hours);
  return { ...NOTIFICATION_FILTER_VALUES, received_after, received_before };
}

/** Each filter alone and each pair of filters, with all of their values. */
export function filtersAloneAndInPairs(values: FilterValues): readonly Readonly<Record<string, string>>[] {
  const single = Object.entries(values).map(([name, ofName]) => ofName.map((value) => ({ [name]: value })));
  const pairs = single.flatMap((one, at) =>
    single.slice(at + 1).flatMap((other) => one.flatMap((a) => other.map((b) => ({ ...a, ...b })))),
  );
  return [...single.flat(), ...pairs];
}

const ACCOUNT = `CASE WHEN n % 10 < 6 THEN 'default' WHEN n % 10 < 9 THEN 'big' ELSE 'small-' || (n / 10) % 1000 END`;
const KIND = `CASE WHEN n % 10 < 6 THEN (ARRAY['workflow', 'workflow', 'edit-media', 'live'])[1 + (n / 10) % 4]
  ELSE (ARRAY['workflow', 'schedule', 'batch'])[1 + (n / 10) % 3] END`;

const TASKS = `INSERT INTO tasks_v1.task (task_key, account, task_id, task_id_json, kind, status, outcome, error_code, confirmation,
    contradicted, revised, parked, version, session_id, partition, first_received, updated)
  SELECT sha256(convert_to('["' || account || '","planted-' || n || '"]', 'UTF8')), account, 'planted-' || n, '"planted-' || n || '"', kind, status, outcome,
    CASE WHEN outcome IS NULL THEN NULL WHEN outcome <> 'failed' THEN '0' WHEN n % 97 = 0 THEN '70001'
      WHEN account = 'big' THEN '40000' WHEN n % 4 = 0 THEN '30010' ELSE '70000' END,
    CASE WHEN outcome IS NOT NULL THEN CASE WHEN n % 6 = 0 THEN 'unconfirmed' ELSE 'confirmed' END END, n % 6 <> 0 AND n % 11 = 5, false,
    CASE WHEN n % 5003 = 0 THEN 1 ELSE 0 END, 7,
    CASE WHEN n % 4 = 0 THEN 'session-common' WHEN n % 4 = 1 THEN 'session-' || n
      WHEN n % 4 = 2 AND account = 'default' THEN 'session-other' END,
    n % 12, timestamptz '2026-11-01Z' + n * $2::float8 * interval '1 ms', timestamptz '2026-11-01Z' + n * $2::float8 * interval '1 ms'
      + CASE WHEN n % 1009 = 0 THEN interval '9 days' WHEN n % 101 = 0 THEN interval '2 hours' ELSE (n::bigint * 7919 % 300)::int * interval '1 s' END
  FROM (
    SELECT n, ${ACCOUNT} AS account, ${KIND} AS kind,
      CASE WHEN n % 50 = 0 THEN 'processing' WHEN n % 1000 = 1 THEN 'queued' ELSE 'finished' END AS status,
      CASE WHEN n % 50 = 0 OR n % 1000 = 1 THEN NULL WHEN n % 7 = 0 THEN 'failed'
        WHEN n % 7 = 1 AND n % 10 < 6 THEN 'partially-failed' ELSE 'succeeded' END AS outcome
    FROM generate_series(1, $1::int) n
  ) planted`;

/** One row per error code: the task's own, and those of subtasks of tasks that failed, partially failed or are processing. */
const ERROR_CODES = `INSERT INTO tasks_v1.task_error_code (task_key, error_code, account, kind, status, outcome, confirmation, contradicted,
    parked, session_id, first_received)
  SELECT task_key, code, account, kind, status, outcome, confirmation, contradicted, parked, session_id, first_received
  FROM tasks_v1.task, LATERAL (SELECT substr(task_id, 9)::int AS n) planted, LATERAL (
    SELECT error_code AS code WHERE error_code <> '0'
    UNION SELECT '30020' WHERE outcome = 'partially-failed' OR outcome IS NULL OR n % 21 = 0
    UNION SELECT '30010' WHERE outcome = 'partially-failed' AND n % 5 = 0
    UNION SELECT '70020' WHERE outcome <> 'succeeded' AND n % 97 = 1
  ) codes
  WHERE task_id LIKE 'planted-%'`;

const UPDATED = `INSERT INTO tasks_v1.task_updated (task_key, code, account, kind, status, outcome, error_code, confirmation, contradicted,
    parked, session_id, first_received, updated)
  SELECT task_key, '', account, kind, status, outcome, CASE error_code WHEN '0' THEN '0' END, confirmation, contradicted, parked, session_id,
    first_received, updated FROM tasks_v1.task WHERE task_id LIKE 'planted-%'
  UNION ALL
  SELECT c.task_key, c.error_code, c.account, c.kind, c.status, c.outcome, NULL, c.confirmation, c.contradicted, c.parked, c.session_id,
    c.first_received, t.updated FROM tasks_v1.task_error_code c JOIN tasks_v1.task t USING (task_key) WHERE t.task_id LIKE 'planted-%'`;

/** Offsets far above those of a log with a few notifications. */
const NOTIFICATIONS = `INSERT INTO tasks_v1.notification (topic, partition, "offset", notification_id, state, kind, event_type,
    session_id, account, task_key, task_id, task_id_json, source, transport, trust, received, digest, size, events, event_offset)
  SELECT CASE WHEN n % 100 = 0 THEN 'mps.rejected.v1' ELSE 'mps.notifications.v1' END, n % 12, 1000000 + n,
    '0193' || lpad(to_hex(n), 8, '0') || '-7000-8000-000000000000', CASE WHEN n % 100 = 0 THEN 'rejected' ELSE 'derived' END,
    CASE WHEN n % 100 <> 0 THEN ${KIND} END, 'WorkflowTask',
    CASE WHEN n % 100 = 0 THEN NULL WHEN n % 4 = 0 THEN 'session-common' WHEN n % 4 = 1 THEN 'session-' || n
      WHEN n % 4 = 2 AND n % 10 < 6 THEN 'session-other' END, ${ACCOUNT}, CASE WHEN n % 9 > 0 THEN sha256(convert_to('planted ' || n, 'UTF8')) END,
    CASE WHEN n % 9 > 0 THEN 'planted-' || n END, CASE WHEN n % 9 > 0 THEN '"planted-' || n || '"' END,
    CASE WHEN n % 10 < 6 THEN 'mps' WHEN n % 10 < 9 THEN 'queue-1' END, 'callback',
    CASE WHEN n % 2 = 0 THEN 'queue' WHEN n % 10 < 6 THEN 'callback-signed' ELSE 'callback-unsigned' END,
    timestamptz '2026-11-01Z' + n * $2::float8 * interval '1 ms', repeat('a', 64), 4000, 6, 1000000 + n
  FROM generate_series(1, $1::int) n`;

/** The path of a planted task in the API; numbers start at 1. */
export function plantedTaskPath(n: number): string {
  const account = n % 10 < 6 ? 'default' : n % 10 < 9 ? 'big' : `small-${Math.floor(n / 10) % 1000}`;
  return `/v1/tasks/planted-${n}?account=${account}`;
}

/** Adds rows to the tables of the read model and updates the statistics. */
export async function plantLists(
  db: Pick<ClientBase, 'query'> | Pick<Pool, 'query'>,
  { tasks, notifications, hours }: PlantedLists,
): Promise<void> {
  const each = (count: number, ms: number): number => (hours === undefined ? ms : (hours * 3_600_000) / count);
  await db.query(TASKS, [tasks, each(tasks, 37)]);
  await db.query(ERROR_CODES);
  await db.query(UPDATED);
  await db.query(NOTIFICATIONS, [notifications, each(notifications, 12)]);
  for (const table of ['task', 'task_error_code', 'task_updated', 'notification'])
    await db.query(`VACUUM ANALYZE tasks_v1.${table}`);
}
