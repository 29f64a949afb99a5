import { entriesOf, type HistoryEntry, type ReadHistoryItem } from './history-entry';

/** A page of the history, as it was read. */
export interface LoadedPage {
  /** What it is read by; null: the first. */
  readonly cursor: string | null;
  /** The place of its first entry among all. */
  readonly first: number;
  readonly count: number;
  /** How many versions the task has had before it; null where not all of the history is read. */
  readonly versions: number | null;
  /** How many versions end in it. */
  readonly ended: number;
  /** Null: dropped from memory, read again when it is looked at. */
  readonly entries: readonly HistoryEntry[] | null;
  /** The cursor of the page after it; null at the end. */
  readonly next: string | null;
}

type Pages = readonly LoadedPage[];

/** Entries that are known of, in memory or not. */
export const countOf = (pages: Pages): number => {
  const last = pages.at(-1);
  return last === undefined ? 0 : last.first + last.count;
};

/** The pages with what was read put at its place. Those behind stay where as many entries are before them as there were. */
export function withPage(
  pages: Pages,
  at: number,
  {
    items,
    next,
    isWhole,
  }: { readonly items: readonly ReadHistoryItem[]; readonly next: string | null; readonly isWhole: boolean },
): Pages {
  const before = pages[at - 1];
  const versions = isWhole ? versionsAfter(before) : null;
  const entries = entriesOf(items, versions);
  const page = {
    ...{
      cursor: before?.next ?? null,
      first: countOf(pages.slice(0, at)),
      count: items.length,
      versions,
      next,
      entries,
    },
    ended: entries.filter(({ endsVersion }) => endsVersion).length,
  };
  const isSame = pages[at]?.count === page.count && next !== null;
  return [...pages.slice(0, at), page, ...(isSame ? pages.slice(at + 1) : [])];
}

const versionsAfter = (page: LoadedPage | undefined): number =>
  page === undefined ? 0 : (page.versions ?? 0) + page.ended;

/** The entry at a place; null where it is not in memory. */
export function entryAt(pages: Pages, index: number): HistoryEntry | null {
  const page = pages.findLast(({ first }) => first <= index);
  return page?.entries?.[index - page.first] ?? null;
}

/** The place of an entry among those in memory; null where it is none of them. */
export function placeOf(pages: Pages, position: string): number | null {
  for (const { first, entries } of pages) {
    const at = entries?.findIndex((entry) => entry.position === position) ?? -1;
    if (at !== -1) return first + at;
  }
  return null;
}

/** The pages with only so many in memory: those that are nearest to what is looked at. */
export function withoutFar(
  pages: Pages,
  { first, end }: { readonly first: number; readonly end: number },
  most: number,
): Pages {
  const kept = pages.filter(({ entries }) => entries !== null);
  if (kept.length <= most) return pages;
  const distance = (page: LoadedPage): number => Math.max(page.first - end, first - (page.first + page.count), 0);
  const far = new Set(kept.sort((one, other) => distance(one) - distance(other)).slice(most));
  return pages.map((page) => (far.has(page) ? { ...page, entries: null } : page));
}
