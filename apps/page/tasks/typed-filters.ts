import { STATES, filterOf, type StateName } from '../states/task-state';
import { CHOICES, FILTERS, type FilterName } from './filters';

/** A filter that was typed. */
export interface TypedFilter {
  readonly name: FilterName;
  readonly value: string;
}

/** What was typed into the search field: filters, and the text that is searched for. */
export interface TypedSearch {
  readonly filters: readonly TypedFilter[];
  readonly text: string;
}

/** States go by `is`, and times are chosen in the menu. */
const TYPED = Object.keys(FILTERS).filter((name) => !/^(status|outcome)$|_(after|before)$/.test(name)) as FilterName[];

/**
 * Takes filters such as `is:failed`, `kind:live` or `error_code:30010` out of what was typed. What is no filter, or has no value that its
 * filter may have, is text: ids have colons, too.
 */
export function typedSearch(typed: string): TypedSearch {
  const words = typed.trim().split(/\s+/);
  const found = words.map((word) => ({ word, filter: filterIn(word) }));
  const filters = found.flatMap(({ filter }) => (filter === null ? [] : [filter]));
  const text =
    filters.length === 0 ? typed.trim() : found.flatMap(({ word, filter }) => (filter ? [] : [word])).join(' ');
  return { filters, text };
}

function filterIn(word: string): TypedFilter | null {
  const at = word.indexOf(':');
  const [given, value] = [word.slice(0, at).toLowerCase(), word.slice(at + 1)];
  if (at < 1 || value === '') return null;
  if (given === 'is') return stateFilter(value);
  const name = TYPED.find((one) => one === given.replaceAll('-', '_'));
  if (name === undefined) return null;
  const choices = CHOICES[name];
  return choices === undefined || choices.includes(value) ? { name, value } : null;
}

function stateFilter(value: string): TypedFilter | null {
  if (!Object.hasOwn(STATES, value)) return null;
  const { status, outcome } = filterOf(value as StateName);
  return status === null ? { name: 'outcome', value: outcome ?? '' } : { name: 'status', value: status };
}

/** What the search field completes: filters with each value that is known, or with none yet. */
export const COMPLETIONS: readonly string[] = [
  ...Object.keys(STATES).map((state) => `is:${state}`),
  ...TYPED.flatMap((name) => (CHOICES[name] ?? ['']).map((value) => `${name}:${value}`)),
];
