import type { ListedRow } from '../api/answers';
import type { FilterName } from './filters';

/** What a state change says of a task, as far as the list shows it. */
export interface TaskChange {
  readonly account: string;
  readonly task_id: string;
  readonly kind: ListedRow['kind'];
  readonly status: ListedRow['status'];
  readonly outcome: ListedRow['outcome'];
  readonly error_code: ListedRow['error_code'];
  readonly confirmation: ListedRow['confirmation'];
  readonly version: number;
  readonly failed_subtasks: readonly NonNullable<ListedRow['failed_subtask']>[];
}

/** The rows that are shown, and the tasks that would be with them if the list were read now. */
export interface LiveRows {
  readonly rows: readonly ListedRow[];
  /** Keys of tasks that are not shown. */
  readonly waiting: ReadonlySet<string>;
}

/** Names a task within the page. */
export const rowKey = ({ account, task_id }: Pick<ListedRow, 'account' | 'task_id'>): string =>
  `${account}\n${task_id}`;

/** More new tasks than this are not told apart. */
export const MOST_WAITING = 1000;

type Filters = Partial<Readonly<Record<FilterName | 'q', string | readonly string[]>>>;

/**
 * Takes a change into the list: a row that is shown is changed in its place, and stays even where the filter would leave it out now;
 * a task that is not shown waits until it is asked for. So nothing moves that somebody reads.
 */
export function takeChange(live: LiveRows, change: TaskChange, filters: Filters): LiveRows {
  const key = rowKey(change);
  const at = live.rows.findIndex((row) => rowKey(row) === key);
  const shown = live.rows[at];
  if (shown === undefined) return matches(change, filters) ? { ...live, waiting: withKey(live.waiting, key) } : live;
  if (change.version < shown.version) return live;
  return { ...live, rows: live.rows.with(at, changedRow(shown, change)) };
}

function withKey(keys: ReadonlySet<string>, key: string): ReadonlySet<string> {
  return keys.has(key) || keys.size >= MOST_WAITING ? keys : new Set([...keys, key]);
}

function changedRow(row: ListedRow, { failed_subtasks: failed, ...change }: TaskChange): ListedRow {
  const { kind, status, outcome, error_code, confirmation, version } = change;
  const first = failed[0];
  const failed_subtask = first === undefined ? null : { ...first, count: failed.length };
  return { ...row, kind, status, outcome, error_code, confirmation, version, failed_subtask };
}

/** Filters that a change answers by itself. */
const KNOWN = ['account', 'kind', 'status', 'outcome', 'confirmation'] as const satisfies readonly FilterName[];

/** Whether a task would be in the list after a change; with a filter that the change says nothing of, it may be. */
function matches(change: TaskChange, filters: Filters): boolean {
  return KNOWN.every((name) => {
    const asked = filters[name];
    return asked === undefined || [asked].flat().includes(change[name] ?? '');
  });
}
