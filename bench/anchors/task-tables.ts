/**
 * The tables of our projection as `minimal` and `no-kafka` write them: a batch of one partition in one statement, which is
 * a transaction of its own. Each column of a batch is one text that SQL takes apart, as that costs driver and Postgres least.
 * Texts with control characters are not provided for: the benches send none.
 */
import type { Pool } from 'pg';
import type { FoldedRows, Row } from './trivial-fold';

const SEPARATOR = '\x1e';
const NULL = '\x1f';
const TOPIC = 'mps.task-events.v1';

type Columns = Readonly<Record<string, string>>;

const HISTORY: Columns = {
  offset: 'bigint',
  task_key: 'bytea',
  event_id: 'text',
  type: 'text',
  subtask_key: 'text',
  account: 'text',
  subject: 'text',
  occurred: 'timestamptz',
  received: 'timestamptz',
  logged: 'timestamptz',
  trust: 'text',
  causation_id: 'text',
  mapper: 'text',
  raw_offset: 'bigint',
  data: 'text',
};
const TASK: Columns = {
  task_key: 'bytea',
  account: 'text',
  task_id: 'text',
  task_id_json: 'text',
  kind: 'text',
  status: 'text',
  version: 'bigint',
  first_received: 'timestamptz',
  updated: 'timestamptz',
};
const STATE: Columns = { task_key: 'bytea', state: 'text', digest: 'text' };
const SUBTASK: Columns = { task_key: 'bytea', key_digest: 'bytea', key: 'text', kind: 'text', status: 'text' };
const NOTIFICATION: Columns = {
  offset: 'bigint',
  notification_id: 'text',
  kind: 'text',
  event_type: 'text',
  account: 'text',
  task_key: 'bytea',
  task_id: 'text',
  task_id_json: 'text',
  transport: 'text',
  trust: 'text',
  received: 'timestamptz',
  digest: 'text',
  size: 'bigint',
  events: 'integer',
  event_offset: 'bigint',
};
const TABLES = [HISTORY, TASK, STATE, SUBTASK, NOTIFICATION];
const FIXED = 3;

const names = (columns: Columns): string =>
  Object.keys(columns)
    .map((name) => `"${name}"`)
    .join(', ');

function given(table: Columns): string {
  const first = FIXED + 1 + TABLES.slice(0, TABLES.indexOf(table)).flatMap((before) => Object.keys(before)).length;
  const arrays = Object.values(table).map(
    (type, place) => `string_to_array($${first + place}::text, E'\\x1e', E'\\x1f')::${type}[]`,
  );
  const [key = ''] = Object.keys(table);
  return `(SELECT * FROM unnest(${arrays.join(', ')}) r (${names(table)}) WHERE "${key}" IS NOT NULL) r`;
}

const WRITE = `
WITH history AS (
  INSERT INTO tasks_v1.history (partition, ${names(HISTORY)}) SELECT $1::int, r.* FROM ${given(HISTORY)}
), tasks AS (
  INSERT INTO tasks_v1.task (partition, contradicted, revised, parked, ${names(TASK)})
  SELECT $1::int, false, false, 0, r.* FROM ${given(TASK)}
  ON CONFLICT (task_key) DO UPDATE SET
    kind = excluded.kind, status = excluded.status, version = excluded.version, updated = excluded.updated
), states AS (
  INSERT INTO tasks_v1.task_state (fold_version, ${names(STATE)}) SELECT 1, r.* FROM ${given(STATE)}
  ON CONFLICT (task_key) DO UPDATE SET state = excluded.state, digest = excluded.digest
), subtasks AS (
  INSERT INTO tasks_v1.subtask (contradicted, revised, ${names(SUBTASK)}) SELECT false, false, r.* FROM ${given(SUBTASK)}
  ON CONFLICT (task_key, key_digest) DO UPDATE SET status = excluded.status
), notifications AS (
  INSERT INTO tasks_v1.notification (topic, partition, state, ${names(NOTIFICATION)})
  SELECT 'mps.notifications.v1', $1::int, 'derived', r.* FROM ${given(NOTIFICATION)}
  ON CONFLICT DO NOTHING
)
INSERT INTO tasks_v1.checkpoint (topic, partition, position, raw_next, raw_top, seen_end)
VALUES ('${TOPIC}', $1, $2, $3, $3, 0)
ON CONFLICT (topic, partition) DO UPDATE SET position = excluded.position, raw_next = excluded.raw_next,
  raw_top = excluded.raw_top`;

/** Writes the rows of a batch and the next offset of its partition, all or nothing. Rows that are there already reject. */
export async function writeRows(pool: Pool, partition: number, position: number, rows: FoldedRows): Promise<void> {
  const { history, tasks, states, subtasks, notifications, rawApplied } = rows;
  const lists = [history, tasks, states, subtasks, notifications];
  const texts = TABLES.flatMap((columns, table) => textsOf(columns, lists[table] ?? []));
  await pool.query({ name: 'write', text: WRITE, values: [partition, position, rawApplied, ...texts] });
}

function textsOf(columns: Columns, rows: readonly Row[]): string[] {
  return Object.keys(columns).map((_, place) => {
    const values = rows.map((row) => row[place] ?? NULL);
    values.push(NULL);
    return values.join(SEPARATOR);
  });
}

/** States of tasks that have one, by the key of the task as text. */
export async function readStates(pool: Pool, keys: readonly string[]): Promise<Map<string, string>> {
  const { rows } = await pool.query<{ key: string; state: string }>({
    name: 'states',
    text: `SELECT task_key::text AS key, state FROM tasks_v1.task_state
           WHERE task_key = ANY (string_to_array($1, ' ')::bytea[])`,
    values: [keys.join(' ')],
  });
  return new Map(rows.map(({ key, state }) => [key, state]));
}

/** The next offset of a partition; 0 before its first batch. */
export async function readPosition(pool: Pool, partition: number): Promise<number> {
  const { rows } = await pool.query<{ position: string }>(
    'SELECT position FROM tasks_v1.checkpoint WHERE topic = $1 AND partition = $2',
    [TOPIC, partition],
  );
  return Number(rows[0]?.position ?? 0);
}
