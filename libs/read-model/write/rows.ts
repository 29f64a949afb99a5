import {
  ErrorCount,
  ErrorGroup,
  Failure,
  HistoryEntry,
  LiveItem,
  Notification,
  ParkedRecord,
  Subtask,
  Task,
  TaskErrorCode,
  TaskStateRow,
  Transition,
  TaskUpdated,
  Usage,
  type Bytes,
  type RowOf,
  type Table,
} from '../entities';
import type { ColumnTypes } from './columns';

/**
 * Rows as the hot path hands them to Postgres: members are named as the columns. Text in them is sanitised, or JSON text, which
 * escapes what a database would refuse: of control characters it has none but space between its members. What a statement says
 * itself (such as the partition) is in no row.
 */

/** The `bytea` literal of some bytes. */
export function bytesText(bytes: Buffer): Bytes {
  return `\\x${bytes.toString('hex')}`;
}

export type HistoryRow = Omit<RowOf<typeof HistoryEntry>, 'partition'>;
/** `first_received` counts only of a task that is new. */
export type TaskRow = Omit<RowOf<typeof Task>, 'partition'>;
export type TaskStateToWrite = Omit<RowOf<typeof TaskStateRow>, 'fold_version'>;
export type SubtaskRow = RowOf<typeof Subtask>;
/** A task's row in the list by one error code that it shows. */
export type ErrorCodeRow = RowOf<typeof TaskErrorCode>;
/** A task's row in the lists by last update, or such a row by one error code. */
export type UpdatedRow = RowOf<typeof TaskUpdated>;
export type LiveItemRow = RowOf<typeof LiveItem>;
export type NotificationRow = Omit<RowOf<typeof Notification>, 'partition'>;
export type ParkedRow = Omit<RowOf<typeof ParkedRecord>, 'topic' | 'partition'>;
export type TransitionRow = Omit<RowOf<typeof Transition>, 'partition'>;

export type FailureRow = RowOf<typeof Failure>;
/** `count`: how many more or fewer, as in all rows of sums. */
export type ErrorGroupRow = Omit<RowOf<typeof ErrorGroup>, 'partition'>;
export type ErrorCountRow = Omit<RowOf<typeof ErrorCount>, 'partition'>;
export type UsageRow = Omit<RowOf<typeof Usage>, 'partition'>;

export const HISTORY: ColumnTypes<HistoryRow> = typesOf(HistoryEntry, 'partition');
export const TASK: ColumnTypes<TaskRow> = typesOf(Task, 'partition');
export const STATE: ColumnTypes<TaskStateToWrite> = typesOf(TaskStateRow, 'fold_version');
export const SUBTASK: ColumnTypes<SubtaskRow> = typesOf(Subtask);
export const ERROR_CODE: ColumnTypes<ErrorCodeRow> = typesOf(TaskErrorCode);
export const UPDATED: ColumnTypes<UpdatedRow> = typesOf(TaskUpdated);
export const LIVE_ITEM: ColumnTypes<LiveItemRow> = typesOf(LiveItem);
export const NOTIFICATION: ColumnTypes<NotificationRow> = typesOf(Notification, 'partition');
export const PARKED: ColumnTypes<ParkedRow> = typesOf(ParkedRecord, 'topic', 'partition');
export const TRANSITION: ColumnTypes<TransitionRow> = typesOf(Transition, 'partition');

export const FAILURE: ColumnTypes<FailureRow> = typesOf(Failure);
export const ERROR_GROUP: ColumnTypes<ErrorGroupRow> = typesOf(ErrorGroup, 'partition');
export const ERROR_COUNT: ColumnTypes<ErrorCountRow> = typesOf(ErrorCount, 'partition');
export const USAGE: ColumnTypes<UsageRow> = typesOf(Usage, 'partition');

/** The types of a table's columns, by name, without some of them. */
function typesOf<Of extends Table['columns'], Without extends keyof Of = never>(
  { columns }: Table<Of>,
  ...without: readonly Without[]
): { readonly [Name in Exclude<keyof Of, Without>]: string } {
  const names = Object.keys(columns).filter((name) => !without.some((other) => other === name));
  const types = names.map((name) => [name, columns[name]?.type ?? '']);
  return Object.fromEntries(types) as { readonly [Name in Exclude<keyof Of, Without>]: string };
}

/** What names a row of the list by error code. */
export type ErrorCodeKey = Pick<ErrorCodeRow, 'task_key' | 'error_code'>;

/** How rows change with a batch: no row is in both. */
export interface ErrorCodeChanges {
  /** New, or another than before. */
  readonly written: readonly ErrorCodeRow[];
  readonly gone: readonly ErrorCodeKey[];
  /** All that are there afterwards, changed or not, as rows of the lists by last update. */
  readonly shown: readonly UpdatedRow[];
}

/** What names a row of failures. */
export type FailureKey = Pick<FailureRow, 'task_key' | 'group_key' | 'hour'>;

/** How the reports change with a batch: rows of failures as they are now, and what is added to sums, each once and never nothing. */
export interface ReportChanges {
  /** New, or another than before. */
  readonly failures: readonly FailureRow[];
  readonly gone: readonly FailureKey[];
  readonly groups: readonly ErrorGroupRow[];
  readonly counts: readonly ErrorCountRow[];
  readonly usage: readonly UsageRow[];
}

/**
 * All rows of one batch of one partition. Keys are unique within each list but that of live items, and lists that update rows are in the order
 * of their keys, so that two transactions lock in the same order.
 */
export interface BatchRows {
  readonly history: readonly HistoryRow[];
  readonly tasks: readonly TaskRow[];
  readonly states: readonly TaskStateToWrite[];
  readonly subtasks: readonly SubtaskRow[];
  readonly errorCodes: ErrorCodeChanges;
  /** Reports of live items, in any order: several may be of one item. */
  readonly liveItems: Iterable<LiveItemRow>;
  readonly notifications: readonly NotificationRow[];
  readonly parked: readonly ParkedRow[];
  readonly transitions: readonly TransitionRow[];
  readonly reports: ReportChanges;
}
