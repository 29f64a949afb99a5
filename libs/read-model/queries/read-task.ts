import type { ReadModel } from '../read-model';
import { freshnessOf } from './freshness';
import type { Freshness, FreshRow } from './freshness';
import { shownInstant } from '../sql/instants';
import { READ_TASK } from '../sql/read-task';

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
  readonly account: string | null;
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

/**
 * Reads one task; null where it is unknown.
 * @param knownTags tags whose content the reader has: the state is not sent again, which may be megabytes
 */
export async function readTask(
  model: ReadModel,
  key: Buffer,
  knownTags: readonly string[] = [],
): Promise<{ readonly freshness: Freshness; readonly task: StoredTask | null }> {
  const { rows } = await model.db.query<TaskRow>({ ...READ_TASK(model), values: [key, knownTags.join(' ')] });
  const row = rows[0];
  const freshness = freshnessOf(model, row);
  return { freshness, task: row === undefined || row.account === null ? null : storedTask(row, row.account) };
}

function storedTask(row: TaskRow, account: string): StoredTask {
  return {
    account,
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
