import { Problem } from '@mps-ledger/platform';
import type { Page, Queryable } from '@mps-ledger/read-model';
import { badParameters } from './parameters';
import type { CursorContent, CursorSealer } from './cursor';
import { openCursor, sealerOf } from './kept-sealer';

/** Items on a page, where no limit is given. */
export const DEFAULT_LIMIT = 50;
export const HIGHEST_LIMIT = 200;

/** Bytes of text on a page: a page ends earlier where items are large. One item comes in any case. */
const PAGE_BYTES = 4 * 1024 * 1024;

export function pageOf(limit: number | undefined): Page {
  return { limit: limit ?? DEFAULT_LIMIT, maxBytes: PAGE_BYTES };
}

export type Filter = Readonly<Record<string, string>>;

/** What a list takes, from parameters as from a cursor: who can make a cursor gets no further than with parameters. */
export interface List<Place extends readonly string[]> {
  /** A cursor of one list is none of another. */
  readonly name: string;
  /** The filter that parameters say, each a text; throws a Problem for what they cannot. */
  readonly filterOf: (parameters: Filter) => Filter;
  /** Whether a list can go on from there. */
  readonly isPlace: (after: readonly string[]) => after is Place;
}

/** Where a list begins: by the filter that was given, or by the one of the cursor, after its place. */
export interface Start<Place extends readonly string[]> {
  readonly filter: Filter;
  readonly after: Place | null;
  /** The cursor that goes on after a place; null at the end. */
  readonly cursorAfter: (next: readonly string[] | null) => string | null;
}

/**
 * Reads where a list begins. A cursor carries its filter; parameters beside it may only say the same. Throws 400 for a
 * cursor that is none of ours (cut, altered, of another list or installation), and for parameters that differ from it.
 */
export async function startOf<Place extends readonly string[]>(
  db: Queryable,
  list: List<Place>,
  given: Filter,
  cursor: string | undefined,
): Promise<Start<Place>> {
  const opened =
    cursor === undefined ? { filter: given, after: null } : openedIn(list, await openCursor(db, cursor), given);
  return { ...opened, cursorAfter: makeCursorAfter(await sealerOf(db), list.name, opened.filter) };
}

function openedIn<Place extends readonly string[]>(list: List<Place>, content: CursorContent | null, given: Filter) {
  const carried = content?.list === list.name ? filterIn(list, content) : null;
  if (content === null || carried === null || !list.isPlace(content.after)) {
    const detail =
      'This is no cursor of this list here. Take it from next_cursor as it is, or leave it out to begin anew.';
    throw badParameters([{ where: 'query.cursor', detail }]);
  }
  const filter = new Map(Object.entries(carried));
  const different = Object.entries(given).filter(([name, value]) => filter.get(name) !== value);
  if (different.length > 0) {
    throw badParameters(
      different.map(([name]) => ({ where: `query.${name}`, detail: contradiction(name, filter.get(name)) })),
    );
  }
  return { filter: carried, after: content.after };
}

/** Null for a filter that parameters could not say. */
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

function contradiction(name: string, carried: string | undefined): string {
  const was =
    carried === undefined
      ? `was made without ${name}`
      : `was made with ${name} ${JSON.stringify(carried.slice(0, 100))}`;
  return `The cursor ${was}, and carries its filter: leave ${name} out, or begin anew without the cursor.`;
}
