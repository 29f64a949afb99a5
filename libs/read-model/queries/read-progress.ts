import { TOPICS } from '@mps-ledger/records';
import { inSchema, type ReadModel } from '../read-model';
import { fresh, freshnessOf } from './freshness';
import type { Freshness, FreshRow } from './freshness';

/** Named, as planning it takes longer than running it; each task by its key, so that the plan suits tables of any size. */
const ASK = inSchema((schema) => ({
  name: `${schema} read-progress`,
  text: `with ${fresh(schema)}
select fresh.*, (
  select string_agg(key, ' ')
  from string_to_table($1, ' ') key
  cross join lateral (
    select from ${schema}.task where task_key = decode(key, 'hex') and status = 'finished' and half_raw is null offset 0
  ) task
) as finished, (
  select string_agg(place, ' ')
  from string_to_table($2, ' ') place
  cross join lateral (
    select from ${schema}.notification
    where topic = '${TOPICS.raw}' and partition = split_part(place, ':', 1)::int
      and "offset" = split_part(place, ':', 2)::bigint offset 0
  ) notification
) as applied
from fresh`,
}));

/**
 * What those who wait need to know, all of them at once: how far the read model is, and which of the tasks are finished,
 * with all that is said of it in the notifications applied.
 * @param keys of tasks, in hex
 * @param places of raw records, `partition:offset`: which of them are applied, where `freshness` does not tell
 */
export async function readProgress(
  model: ReadModel,
  keys: readonly string[],
  places: readonly string[] = [],
): Promise<{
  readonly freshness: Freshness;
  readonly finished: ReadonlySet<string>;
  readonly applied: ReadonlySet<string>;
}> {
  const { rows } = await model.db.query<
    FreshRow & { readonly finished: string | null; readonly applied: string | null }
  >({
    ...ASK(model),
    values: [keys.join(' '), places.join(' ')],
  });
  const [row] = rows;
  const set = (words: string | null | undefined): Set<string> => new Set(words?.split(' '));
  return { freshness: freshnessOf(model, row), finished: set(row?.finished), applied: set(row?.applied) };
}
