import { inSchema, type ReadModel } from '../read-model';
import { fresh, freshnessOf } from './freshness';
import type { Freshness, FreshRow } from './freshness';
import { instantSql, shownInstant } from './instants';

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

/** Named: to plan it takes four times as long as to run it. Statistics that change make Postgres plan it anew. */
const READ = inSchema((schema) => ({
  name: `${schema} read-task`,
  text: `with ${fresh(schema)}
select fresh.*, task.* from fresh left join lateral (
  select t.account, t.task_id_json, t.status, t.parked, t.half_raw is not null as incomplete, t.version,
    ${instantSql('t.first_received')} as first_received, ${instantSql('t.updated')} as updated, tagged.tag,
    case when tagged.tag = any(string_to_array($2, ' ')) then null else s.state end as state
  from ${schema}.task t
  left join ${schema}.task_state s using (task_key)
  cross join lateral (
    select concat_ws('.', '${schema}', t.version, t.parked, (t.half_raw is not null)::int,
      (extract(epoch from t.updated) * 1000)::bigint, left(s.digest, 32)) as tag
  ) tagged
  where t.task_key = $1
) task on true`,
}));

/**
 * Reads one task; null where nothing was heard of it.
 * @param knownTags tags whose content the reader has: the state is not sent again, which may be megabytes
 */
export async function readTask(
  model: ReadModel,
  key: Buffer,
  knownTags: readonly string[] = [],
): Promise<{ readonly freshness: Freshness; readonly task: StoredTask | null }> {
  const { rows } = await model.db.query<TaskRow>({ ...READ(model), values: [key, knownTags.join(' ')] });
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
