import { badParameters, Problem } from '@mps-ledger/platform';
import type { Page } from '@mps-ledger/read-model';

import type { CursorContent, CursorSealer, Filter } from './cursor';
import type { CachedSealer } from './cached-sealer';

/** Items on a page, where no limit is given. */
export const DEFAULT_LIMIT = 50;
export const HIGHEST_LIMIT = 200;

/** Bytes of text on a page: a page of large items ends earlier. It always has one item. */
const PAGE_BYTES = 4 * 1024 * 1024;

export function pageOf(limit: number | undefined): Page {
  return { limit: limit ?? DEFAULT_LIMIT, maxBytes: PAGE_BYTES };
}

/** What a list accepts, from parameters as from a cursor: a cursor can say nothing that parameters cannot. */
export interface List<Place extends readonly string[]> {
  /** A cursor belongs to one list. */
  readonly name: string;
  /** The filter of these parameters; throws a Problem for bad ones. */
  readonly filterOf: (parameters: Filter) => Filter;
  /** Whether it is a sort key of this list. */
  readonly isPlace: (after: readonly string[]) => after is Place;
}

/** Where a page begins: with the given filter, or with the cursor's, after its place. */
export interface ListStart<Place extends readonly string[]> {
  readonly filter: Filter;
  readonly after: Place | null;
  /** The cursor for the page after a place; null at the end. */
  readonly cursorAfter: (next: readonly string[] | null) => string | null;
}

/**
 * Reads where a page begins. A cursor carries its filter; parameters beside it must agree with it. Throws 400 for a cursor
 * that was not issued here (cut, altered, of another list or installation), and for parameters that differ from it.
 */
export async function listStart<Place extends readonly string[]>(
  cursors: CachedSealer,
  list: List<Place>,
  given: Filter,
  cursor: string | undefined,
): Promise<ListStart<Place>> {
  const opened =
    cursor === undefined ? { filter: given, after: null } : openedIn(list, await cursors.open(cursor), given);
  return { ...opened, cursorAfter: makeCursorAfter(await cursors.sealer(), list.name, opened.filter) };
}

function openedIn<Place extends readonly string[]>(list: List<Place>, content: CursorContent | null, given: Filter) {
  const carried = content?.list === list.name ? filterIn(list, content) : null;
  if (content === null || carried === null || !list.isPlace(content.after)) {
    const detail =
      'This cursor was not issued for this list here. Pass next_cursor unchanged, or omit cursor to start with the first page.';
    throw badParameters([{ where: 'query.cursor', detail }]);
  }
  const filter = new Map(Object.entries(carried));
  const different = Object.entries(given).filter(([name, value]) => textOf(filter.get(name)) !== textOf(value));
  if (different.length > 0) {
    throw badParameters(
      different.map(([name]) => ({ where: `query.${name}`, detail: contradiction(name, filter.get(name)) })),
    );
  }
  return { filter: carried, after: content.after };
}

/** Null for a filter that parameters cannot express. */
function filterIn({ filterOf }: Pick<List<never>, 'filterOf'>, { filter }: CursorContent): Filter | null {
  try {
    return filterOf(filter);
  } catch (error) {
    if (error instanceof Problem) return null;
    throw error;
  }
}

function makeCursorAfter(sealer: CursorSealer, list: string, filter: Filter) {
  return (next: readonly string[] | null): string | null =>
    next === null ? null : sealer.seal({ list, filter, after: next });
}

/** Several values are the same in any order. */
function textOf(value: Filter[string]): string | undefined {
  return value === undefined || typeof value === 'string' ? value : JSON.stringify([...value].sort());
}

function contradiction(name: string, carried: Filter[string]): string {
  const shown = typeof carried === 'string' ? JSON.stringify(carried.slice(0, 100)) : carried?.join(', ').slice(0, 100);
  const was = shown === undefined ? `was made without ${name}` : `was made with ${name} ${shown}`;
  return `The cursor ${was}, and carries its filter: omit ${name}, or start again without the cursor.`;
}
