import { projectionSchema } from '../schema';
import { FRESH, freshnessOf } from './freshness';
import type { Freshness, FreshRow, Queryable } from './freshness';

const SQL = `with ${FRESH}
select fresh.*, (
  select string_agg(encode(task_key, 'hex'), ' ') from ${projectionSchema}.task
  where status = 'finished' and task_key in (select decode(key, 'hex') from string_to_table($1, ' ') key)
) as finished
from fresh`;

/**
 * What those who wait need to know, all of them at once: how far the read model is, and which of the tasks are finished.
 * @param keys of tasks, in hex
 */
export async function readProgress(
  db: Queryable,
  keys: readonly string[],
): Promise<{ readonly freshness: Freshness; readonly finished: ReadonlySet<string> }> {
  const { rows } = await db.query<FreshRow & { readonly finished: string | null }>(SQL, [keys.join(' ')]);
  const [row] = rows;
  return { freshness: freshnessOf(row), finished: new Set(row?.finished?.split(' ')) };
}
