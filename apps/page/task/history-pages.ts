import type { HistoryEntry } from './history-entry';

/** A page of the history, as it was read. */
export interface LoadedPage {
  readonly entries: readonly HistoryEntry[];
  /** The cursor of the page after it; null at the end. */
  readonly next: string | null;
}

/** Where to read on after some pages, and how many versions the task has had in them. */
export function afterPages(pages: readonly LoadedPage[]): {
  readonly cursor: string | null;
  readonly versions: number;
} {
  const versions = pages.flatMap(({ entries }) => entries).findLast(({ version }) => version !== null)?.version ?? 0;
  return { cursor: pages.at(-1)?.next ?? null, versions };
}

/** The pages with one put at its place; those behind it are read again. */
export function withPage(pages: readonly LoadedPage[], at: number, page: LoadedPage): readonly LoadedPage[] {
  return [...pages.slice(0, at), page];
}
