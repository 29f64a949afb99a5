import { LATENESS } from '../filter-keys';
import type { ChosenKeys, FilteredTable, FilterIndex } from '../filter-keys';

/** Which filter keys exist: a common table expression for a `with recursive`, and how rows are selected by it. */
export interface ExistingKeys {
  readonly cte: string;
  /** Name of the CTE; its column `key` is a filter key. */
  readonly name: string;
  /** Whether a key of the CTE is one of those asked for. */
  readonly matches: string;
}

/**
 * The filter keys that begin with one of the prefixes, and for each prefix at most one more, which does not or is null: each is found by
 * one look into the index, downwards from the one before. A class is of small ASCII letters, figures and hyphens, all below `~`, and
 * so is the separator.
 */
export function existingKeys(
  schema: string,
  { table }: FilteredTable,
  { index, prefixes, rest }: ChosenKeys,
  values: unknown[],
  name: string,
): ExistingKeys {
  const below = (bound: string): string =>
    `select ${index.key} as key from ${schema}.${table} where ${index.key} < ${bound} ${also(index)} order by key desc limit 1`;
  const given = `$${values.push(prefixes)}::text[]`;
  const pattern = `$${values.push(rest)}::text`;
  return {
    name,
    cte: `${name} (prefix, key) as (
  select given.prefix, (${below(`given.prefix || '~'`)}) from unnest(${given}) given (prefix)
  union all
  select ${name}.prefix, (${below(`${name}.key`)}) from ${name} where starts_with(${name}.key, ${name}.prefix)
)`,
    matches: `starts_with(${name}.key, ${name}.prefix) and substr(${name}.key, length(${name}.prefix) + 1) ~ ${pattern}`,
  };
}

/** The condition that makes a query's rows those of a partial index. */
export function also(index: FilterIndex | null): string {
  return index === null || index.where === null ? '' : `and ${index.where}`;
}

/** Before when a task of a filter key was last updated, where it was first received before a time: the key ends with the lateness. */
export function latestUpdate(key: string, latest: string): string {
  const cases = LATENESS.filter(([, hours]) => hours < Infinity).map(
    ([letter, hours]) => `when '${letter}' then ${latest} + interval '${hours} hours'`,
  );
  return `case right(${key}, 1) ${cases.join(' ')} else 'infinity' end`;
}
