import type { ReadModel } from '../read-model';
import { freshnessOf } from './freshness';
import type { Freshness, FreshRow } from './freshness';
import { READ_PROGRESS } from '../sql/read-progress';

/**
 * What all waiting requests need to know, in one read: how far the read model is, and which of the tasks are finished,
 * with all that is said of it in the notifications applied.
 * @param keys of tasks, in hex
 * @param places of raw records, `partition:offset`: which of them are applied, where `freshness` does not say
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
    ...READ_PROGRESS(model),
    values: [keys.join(' '), places.join(' ')],
  });
  const [row] = rows;
  const set = (words: string | null | undefined): Set<string> => new Set(words?.split(' '));
  return { freshness: freshnessOf(model, row), finished: set(row?.finished), applied: set(row?.applied) };
}
