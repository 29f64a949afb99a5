import { readFreshness } from '@mps-ledger/read-model';
import type { Page, Queryable } from '@mps-ledger/read-model';
import { badParameters } from './parameters';
import { makeCursorSealer } from './cursor';

/** Items on a page, where no limit is given. */
export const DEFAULT_LIMIT = 50;
export const HIGHEST_LIMIT = 200;

/** Bytes of text on a page: a page ends earlier where items are large. One item comes in any case. */
const PAGE_BYTES = 4 * 1024 * 1024;

export function pageOf(limit: number | undefined): Page {
  return { limit: limit ?? DEFAULT_LIMIT, maxBytes: PAGE_BYTES };
}

export type Filter = Readonly<Record<string, string>>;

/** Where a list begins: by the filter that was given, or by the one of the cursor, after its place. */
export interface Start {
  readonly filter: Filter;
  readonly after: readonly string[] | null;
}

/**
 * Reads where a list begins. A cursor carries its filter; parameters beside it may only say the same. Throws 400 for a
 * cursor that is none of ours (cut, altered, of another list or installation), and for parameters that differ from it.
 * @param list the list's name: a cursor of one list is none of another
 */
export async function startOf(db: Queryable, list: string, given: Filter, cursor: string | undefined): Promise<Start> {
  if (cursor === undefined) return { filter: given, after: null };
  const { logId } = await readFreshness(db);
  const content = makeCursorSealer(logId).open(cursor);
  if (content === null || content.list !== list) {
    const detail =
      'This is no cursor of this list here. Take it from next_cursor as it is, or leave it out to begin anew.';
    throw badParameters([{ where: 'query.cursor', detail }]);
  }
  const filter = new Map(Object.entries(content.filter));
  const different = Object.entries(given).filter(([name, value]) => filter.get(name) !== value);
  if (different.length > 0) {
    throw badParameters(
      different.map(([name]) => ({ where: `query.${name}`, detail: contradiction(name, filter.get(name)) })),
    );
  }
  return { filter: content.filter, after: content.after };
}

function contradiction(name: string, carried: string | undefined): string {
  const was =
    carried === undefined
      ? `was made without ${name}`
      : `was made with ${name} ${JSON.stringify(carried.slice(0, 100))}`;
  return `The cursor ${was}, and carries its filter: leave ${name} out, or begin anew without the cursor.`;
}

/** The cursor that goes on after a place; null at the end. */
export function nextCursor(logId: string, list: string, filter: Filter, next: readonly string[] | null): string | null {
  return next === null ? null : makeCursorSealer(logId).seal({ list, filter, after: next });
}
