import type { ListedRow } from '../api/answers';
import type { FilterName } from './filters';
import type { TaskChange } from './task-change';

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

type Filters = Partial<Readonly<Record<FilterName | 'q' | 'order', string | readonly string[]>>>;

/**
 * Takes a change into the list: a row that is shown is changed in its place, and stays even where the filter would leave it out now;
 * a task that is not shown waits until it is asked for. So nothing moves that somebody reads.
 */
export function takeChange(live: LiveRows, change: TaskChange, filters: Filters): LiveRows {
  const key = rowKey(change);
  const at = live.rows.findIndex((row) => rowKey(row) === key);
  const shown = live.rows[at];
  if (shown === undefined)
    return matches(change, filters) && isAmong(live.rows, change, filters)
      ? { ...live, waiting: withKey(live.waiting, key) }
      : live;
  if (change.version < shown.version) return live;
  const { isFirst: _, ...members } = change;
  return { ...live, rows: live.rows.with(at, { ...shown, ...members }) };
}

function withKey(keys: ReadonlySet<string>, key: string): ReadonlySet<string> {
  return keys.has(key) || keys.size >= MOST_WAITING ? keys : new Set([...keys, key]);
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

/** Filters that never change for a task: by others one that was received long ago may come among the rows. */
const LASTING_FILTERS: readonly (keyof Filters)[] = ['account', 'kind', 'received_after', 'received_before', 'order'];

/** Whether its place is among the rows that are shown, rather than on a further page. */
function isAmong(rows: readonly ListedRow[], { isFirst, first_received }: TaskChange, filters: Filters): boolean {
  if (isFirst || filters.order === 'updated') return true;
  const last = rows.at(-1);
  if (first_received !== undefined && last !== undefined) return first_received >= last.first_received;
  return Object.keys(filters).some((name) => !LASTING_FILTERS.includes(name as keyof Filters));
}
