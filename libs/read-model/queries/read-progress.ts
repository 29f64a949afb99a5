import { projectionSchema } from '../schema';
import { FRESH, freshnessOf } from './freshness';
import type { Freshness, FreshRow, Queryable } from './freshness';

/** Named, as planning it takes longer than running it; each task by its key, so that the plan suits tables of any size. */
const ASK = {
  name: `${projectionSchema} read-progress`,
  text: `with ${FRESH}
select fresh.*, (
  select string_agg(key, ' ')
  from string_to_table($1, ' ') key
  cross join lateral (
    select from ${projectionSchema}.task where task_key = decode(key, 'hex') and status = 'finished' and half_raw is null offset 0
  ) task
) as finished
from fresh`,
};

/**
 * What those who wait need to know, all of them at once: how far the read model is, and which of the tasks are finished,
 * with all that is said of it in the notifications applied.
 * @param keys of tasks, in hex
 */
export async function readProgress(
  db: Queryable,
  keys: readonly string[],
): Promise<{ readonly freshness: Freshness; readonly finished: ReadonlySet<string> }> {
  const { rows } = await db.query<FreshRow & { readonly finished: string | null }>({
    ...ASK,
    values: [keys.join(' ')],
  });
  const [row] = rows;
  return { freshness: freshnessOf(row), finished: new Set(row?.finished?.split(' ')) };
}
