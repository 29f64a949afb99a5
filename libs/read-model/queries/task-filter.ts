import { ERROR_CODE_LIST, GOOD_END, LATENESS, TASK_LIST, UPDATED_LIST } from '../filter-keys';
import type { ColumnFilter, FilteredTable } from '../filter-keys';
import { cut, fit, INDEXED_TEXT } from '../write/text';

/** By what a list of tasks is ordered, newest first. */
export const TASK_ORDERS = ['first_received', 'updated'] as const;
export type TaskOrder = (typeof TASK_ORDERS)[number];

/** Place of a task in a list: `[first_received or updated with microseconds, task_key in hex]`. */
export type TaskPlace = readonly [time: string, key: string];

/**
 * Which tasks; a member that is left out does not matter, and a task matches that has one of the values of each other one. Any text
 * will do: it is made fit for comparing.
 */
export interface TaskFilter {
  readonly account?: readonly string[];
  readonly status?: readonly string[];
  readonly outcome?: readonly string[];
  readonly kind?: readonly string[];
  readonly confirmation?: readonly string[];
  /** `true` or `false`. */
  readonly contradicted?: string;
  /** `true`: some of its events could not be applied. */
  readonly parked?: string;
  /** Of the task, of a subtask or of an end that competes; `0`: of the task alone. */
  readonly error_code?: readonly string[];
  /** Compared as the row has it: sanitised, its first 200 characters. */
  readonly session_id?: readonly string[];
  /** RFC 3339; the task's first notification came at or after, or before this time. */
  readonly received_after?: string;
  readonly received_before?: string;
  /** RFC 3339; the log took the task's last record at or after, or before this time. */
  readonly updated_after?: string;
  readonly updated_before?: string;
}

/** Times from the first on, and before the second: RFC 3339, or infinite. */
export type TimeRange = readonly [from: string, before: string];

/** Any time. */
export const EVER: TimeRange = ['-infinity', 'infinity'];

/** A list that has some of the tasks, or all of them, and by what. */
export interface TaskSource {
  readonly list: FilteredTable;
  readonly filter: ColumnFilter;
}

/** How the tasks of a filter are found in one order. */
export interface TaskSearch {
  /** Together they have all tasks that match but for `residual`. */
  readonly sources: readonly TaskSource[];
  /** A task may be found several times. */
  readonly repeats: boolean;
  /** Of the time of the order: what no task is outside of. */
  readonly range: TimeRange;
  /** What the other time must be in; null: any time will do. */
  readonly residual: { readonly column: TaskOrder; readonly range: TimeRange } | null;
}

/** A task is never updated before it was first received (`taskRow`): a limit of one time is one of the other, too. */
export function searchOf(filter: TaskFilter, order: TaskOrder): TaskSearch {
  const received: TimeRange = [filter.received_after ?? EVER[0], filter.received_before ?? EVER[1]];
  const updated: TimeRange = [filter.updated_after ?? EVER[0], filter.updated_before ?? EVER[1]];
  const column = order === 'updated' ? 'first_received' : 'updated';
  const other = order === 'updated' ? received : updated;
  const range: TimeRange =
    order === 'updated'
      ? [later(updated[0], received[0]), updated[1]]
      : [received[0], earlier(received[1], updated[1])];
  const columns = columnsOf(filter);
  const sources = sourcesOf(columns, order, latenessOf(received, updated));
  return {
    sources,
    repeats: sources.length > 1 || (columns.get('error_code')?.length ?? 0) > 1,
    range,
    residual: other.every((time, at) => time === EVER[at]) ? null : { column, range: other },
  };
}

/** Values as the rows have them. An error code is whole there, or not at all. */
function columnsOf(filter: TaskFilter): ColumnFilter {
  const { received_after: _a, received_before: _b, updated_after: _c, updated_before: _d, ...columns } = filter;
  return new Map(
    Object.entries(columns).map(([column, given]: [string, string | readonly string[]]) => {
      const values = typeof given === 'string' ? [given] : given;
      const fitting = values.map((value) => (column === 'error_code' ? fit(value) : cut(value, INDEXED_TEXT)));
      return [column, [...new Set(fitting)]];
    }),
  );
}

function sourcesOf(columns: ColumnFilter, order: TaskOrder, lateness: readonly string[] | null): TaskSource[] {
  const codes = columns.get('error_code');
  const rest = new Map([...columns].filter(([column]) => column !== 'error_code'));
  const shown = codes?.filter((code) => code !== GOOD_END) ?? [];
  const ofTasks = codes === undefined ? rest : new Map([...rest, ['error_code', [GOOD_END]]]);
  const wanted = { tasks: codes === undefined || codes.length > shown.length, codes: shown.length > 0 };
  if (order === 'first_received')
    return [
      ...(wanted.tasks ? [{ list: TASK_LIST, filter: ofTasks }] : []),
      ...(wanted.codes ? [{ list: ERROR_CODE_LIST, filter: new Map([...rest, ['error_code', shown]]) }] : []),
    ];
  const late: ColumnFilter = lateness === null ? new Map<string, string[]>() : new Map([['lateness', lateness]]);
  return [
    ...(wanted.tasks ? [{ list: UPDATED_LIST, filter: new Map([...ofTasks, ['code', ['']], ...late]) }] : []),
    ...(wanted.codes ? [{ list: UPDATED_LIST, filter: new Map([...rest, ['code', shown], ...late]) }] : []),
  ];
}

const HOUR_MS = 3_600_000;

/** How late tasks can have been updated that were first received before, and updated after these times; null: any. */
function latenessOf([, before]: TimeRange, [after]: TimeRange): readonly string[] | null {
  const hours = (Date.parse(after) - Date.parse(before)) / HOUR_MS;
  return hours > 0 ? LATENESS.filter(([, below]) => below > hours).map(([letter]) => letter) : null;
}

/** Of two times in UTC with milliseconds, or infinite ones. */
function later(a: string, b: string): string {
  return a === EVER[0] || (b !== EVER[0] && a < b) ? b : a;
}

function earlier(a: string, b: string): string {
  return a === EVER[1] || (b !== EVER[1] && b < a) ? b : a;
}
