/**
 * Rows as the hot path hands them to Postgres: members are named as the columns. Text in them is sanitised, or JSON text, which
 * escapes what a database would refuse: of control characters it has none but space between its members. `Bytes` are `\x` and
 * hex, times RFC 3339.
 */

/** Bytes in Postgres' own hex form. */
export type Bytes = string;

/** The `bytea` literal of some bytes. */
export function bytesText(bytes: Buffer): Bytes {
  return `\\x${bytes.toString('hex')}`;
}

export interface HistoryRow {
  readonly offset: number;
  readonly task_key: Bytes | null;
  readonly event_id: string;
  readonly type: string;
  readonly subtask_key: string | null;
  readonly account: string;
  readonly subject: string | null;
  readonly occurred: string | null;
  readonly received: string;
  readonly logged: string;
  readonly trust: string;
  readonly causation_id: string;
  readonly mapper: string;
  readonly raw_offset: number;
  readonly traceparent: string | null;
  readonly data: string | null;
  readonly value: string | null;
}

export interface TaskRow {
  readonly task_key: Bytes;
  readonly account: string;
  readonly task_id: string;
  readonly task_id_json: string;
  readonly kind: string;
  readonly status: string;
  readonly outcome: string | null;
  readonly error_code: string | null;
  readonly confirmation: string | null;
  readonly contradicted: boolean;
  readonly revised: boolean;
  readonly parked: number;
  readonly half_raw: string | null;
  readonly version: number;
  readonly session_id: string | null;
  /** Only of a task that is new; ignored for one that has a row. */
  readonly first_received: string;
  readonly updated: string;
}

export interface TaskStateToWrite {
  readonly task_key: Bytes;
  readonly state: string;
  readonly digest: string;
}

export interface SubtaskRow {
  readonly task_key: Bytes;
  readonly key_digest: Bytes;
  readonly key: string;
  readonly kind: string;
  readonly definition: string | null;
  readonly status: string;
  readonly progress: number | null;
  readonly error_code: string | null;
  readonly error_code_ext: string | null;
  readonly message: string | null;
  readonly contradicted: boolean;
  readonly revised: boolean;
  readonly twins: number | null;
}

/** A task's row in the list by one error code that it shows. */
export interface ErrorCodeRow extends Pick<
  TaskRow,
  'task_key' | 'account' | 'kind' | 'status' | 'outcome' | 'session_id' | 'first_received'
> {
  readonly error_code: string;
}

/** What names such a row. */
export interface ErrorCodeKey {
  readonly task_key: Bytes;
  readonly error_code: string;
}

/** How rows change with a batch: no row is in both. */
export interface ErrorCodeChanges {
  /** New, or another than before. */
  readonly written: readonly ErrorCodeRow[];
  readonly gone: readonly ErrorCodeKey[];
}

export interface NotificationRow {
  readonly topic: string;
  readonly offset: number;
  readonly notification_id: string;
  readonly state: 'derived' | 'rejected';
  readonly kind: string | null;
  readonly event_type: string | null;
  readonly account: string;
  readonly task_key: Bytes | null;
  readonly task_id: string | null;
  readonly task_id_json: string | null;
  readonly source: string | null;
  readonly transport: string;
  readonly trust: string | null;
  readonly received: string;
  readonly reason: string | null;
  readonly detail: string | null;
  readonly digest: string | null;
  readonly size: number | null;
  readonly events: number | null;
  readonly event_offset: number | null;
}

export interface ParkedRow {
  readonly offset: number;
  readonly task_key: Bytes | null;
  readonly event_id: string | null;
  readonly type: string | null;
  readonly causation_id: string | null;
  readonly raw_offset: number | null;
  readonly reason: string;
  readonly headers: string;
  readonly key: Bytes | null;
  readonly value: Bytes | null;
  readonly received: string | null;
  readonly logged: string;
}

/**
 * All rows of one batch of one partition. Keys are unique within each list, and lists that update rows are in the order
 * of their keys, so that two transactions lock in the same order.
 */
export interface BatchRows {
  readonly history: readonly HistoryRow[];
  readonly tasks: readonly TaskRow[];
  readonly states: readonly TaskStateToWrite[];
  readonly subtasks: readonly SubtaskRow[];
  readonly errorCodes: ErrorCodeChanges;
  readonly notifications: readonly NotificationRow[];
  readonly parked: readonly ParkedRow[];
}
