import type { ReadModel } from '../read-model';
import { freshnessOf } from './freshness';
import type { Freshness, FreshRow } from './freshness';
import { shownInstant } from '../sql/instants';
import { READ_TASKS } from '../sql/read-task';
import { FIND_ACCOUNTS, READ_TASKS_OF_ANY } from '../sql/read-task-of-any';
import { isVisible, type VisibleAccounts } from '../visible-accounts';

/** A task as it is stored: its row, and the text of its state. */
export interface StoredTask {
  readonly account: string;
  /** Exact. */
  readonly taskId: string;
  readonly status: string;
  /** Events of this task that could not be applied. */
  readonly parked: number;
  /** A part of a notification about it is applied, and the rest is not. */
  readonly incomplete: boolean;
  /** Number of first `notification.received` that named it. */
  readonly version: number;
  /** RFC 3339, UTC, milliseconds. */
  readonly firstReceived: string;
  readonly updated: string;
  /** What `encodeState` wrote; null where nothing was applied yet, and where the reader knows the tag. */
  readonly state: string | null;
  /**
   * Projection, version, parked events, whether it is incomplete, when it was updated and digest of the state in one word of `[a-z0-9_.]`: two reads with one tag are of
   * one content, also in a read model that was rebuilt.
   */
  readonly tag: string;
}

interface TaskRow extends FreshRow {
  /** Of its key in the list asked for, from 1; null where there is no task at all. */
  readonly place: number | null;
  readonly account: string;
  readonly task_id_json: string;
  readonly status: string;
  readonly parked: number;
  readonly incomplete: boolean;
  readonly version: string;
  readonly first_received: string;
  readonly updated: string;
  readonly state: string | null;
  readonly tag: string;
}

/** A task, null where it is unknown, and how far the rows are that it was read from. */
export interface ReadTask {
  readonly freshness: Freshness;
  readonly task: StoredTask | null;
}

/** A task to read, and the tags whose content its reader has: then the state is not sent again, which may be megabytes. */
export interface WantedTask {
  readonly key: Buffer;
  readonly knownTags: readonly string[];
}

/** Reads one task. */
export async function readTask(model: ReadModel, key: Buffer): Promise<ReadTask> {
  const [found] = await readTasks(model, [{ key, knownTags: [] }]);
  if (found === undefined) throw new TypeError('one task was asked for, and none was answered');
  return found;
}

/** Reads tasks by one statement, so of one snapshot, whose freshness is read once. Returns one for each that is wanted, in their order. */
export async function readTasks(model: ReadModel, wanted: readonly WantedTask[]): Promise<readonly ReadTask[]> {
  const keys = wanted.map(({ key }) => `\\x${key.toString('hex')}`).join(' ');
  const tags = wanted.map(({ knownTags }) => knownTags.join(' ')).join('\n');
  const { rows } = await model.db.query<TaskRow>({ ...READ_TASKS(model), values: [keys, tags] });
  const freshness = freshnessOf(model, rows[0]);
  const byPlace = new Map(rows.map((row) => [row.place, row]));
  return wanted.map((_, at) => {
    const row = byPlace.get(at + 1);
    return { freshness, task: row === undefined ? null : storedTask(row) };
  });
}

/** A task to read of whichever account has it. */
export interface TaskOfAny {
  /** Exact. */
  readonly taskId: string;
  readonly visible: VisibleAccounts;
  readonly knownTags: readonly string[];
}

/** The tasks of a TaskId in the accounts that are visible: usually one, perhaps none. */
export interface ReadTasksOfAny {
  readonly freshness: Freshness;
  readonly tasks: readonly StoredTask[];
}

/** Reads tasks whose account is not given by one statement, as `readTasks` does. */
export async function readTasksOfAny(
  model: ReadModel,
  wanted: readonly TaskOfAny[],
): Promise<readonly ReadTasksOfAny[]> {
  const ids = JSON.stringify(wanted.map(({ taskId }) => JSON.stringify(taskId)));
  const tags = wanted.map(({ knownTags }) => knownTags.join(' ')).join('\n');
  const { rows } = await model.db.query<TaskRow>({ ...READ_TASKS_OF_ANY(model), values: [ids, tags] });
  const freshness = freshnessOf(model, rows[0]);
  return wanted.map(({ visible }, at) => {
    const own = rows.filter(({ place, account }) => place === at + 1 && isVisible(visible, account));
    return { freshness, tasks: own.map(storedTask) };
  });
}

/** The accounts, of those that are visible, that have a task of this exact TaskId; by name. Null for freshness where there are not several. */
export async function findAccounts(
  model: ReadModel,
  visible: VisibleAccounts,
  taskId: string,
): Promise<{ readonly freshness: Freshness | null; readonly accounts: readonly string[] }> {
  type Row = (FreshRow | { readonly log_id: null }) & { readonly accounts: readonly string[] | null };
  const { rows } = await model.db.query<Row>({ ...FIND_ACCOUNTS(model), values: [JSON.stringify(taskId)] });
  const [row] = rows;
  const all = row?.accounts ?? [];
  return {
    freshness: row === undefined || row.log_id === null ? null : freshnessOf(model, row),
    accounts: all.filter((account) => isVisible(visible, account)),
  };
}

function storedTask(row: TaskRow): StoredTask {
  return {
    account: row.account,
    taskId: JSON.parse(row.task_id_json) as string,
    status: row.status,
    parked: row.parked,
    incomplete: row.incomplete,
    version: Number(row.version),
    firstReceived: shownInstant(row.first_received),
    updated: shownInstant(row.updated),
    state: row.state,
    tag: row.tag,
  };
}
