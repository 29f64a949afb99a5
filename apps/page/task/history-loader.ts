import { pauseFor } from '../api/pause';
import { failureOf, mayPass, type ReadFailure } from '../api/problem';
import { makeShared, type Shared } from '../api/store';
import type { ReadHistoryItem } from './history-entry';
import { countOf, placeOf, withoutFar, withPage, type LoadedPage } from './history-pages';
import type { RowWindow } from './virtual-window';

/** What is known of a history. */
export interface HistoryState {
  readonly pages: readonly LoadedPage[];
  /** There is more than these pages. */
  readonly hasMore: boolean;
  readonly isReading: boolean;
  readonly failure: string | null;
  /** An event that is looked for, and its place; null: none. */
  readonly sought: { readonly position: string; readonly at: number | null } | null;
}

export interface HistoryLoader {
  readonly state: Shared<HistoryState>;
  /** Says which rows are in sight: what is missing there is read, and what comes after them. */
  readonly see: (rows: RowWindow) => void;
  /** Reads until an event is found, or the history is at its end. */
  readonly seek: (position: string) => void;
  /** Something was heard: the last page is read again, so that what is new comes at the end and nothing moves. */
  readonly renew: () => void;
  readonly stop: () => void;
}

export interface HistoryLoaderOptions {
  /** Reads one page. */
  readonly readPage: (
    cursor: string | null,
    signal: AbortSignal,
  ) => Promise<{ readonly items: readonly ReadHistoryItem[]; readonly next: string | null }>;
  /** All of the history is read, so that versions can be counted. */
  readonly isWhole: boolean;
  /** Called with each page that is read. */
  readonly onPage?: (items: readonly ReadHistoryItem[]) => void;
}

/** So many rows around those in sight are kept in memory, and so many below them are read ahead. */
const AHEAD = 600;

/** So many pages are kept in memory. */
export const MOST_PAGES_KEPT = 40;

/** After a failure the next attempt comes so much later, ms. */
const AGAIN_MS = 5000;

const NOTHING: HistoryState = { pages: [], hasMore: true, isReading: true, failure: null, sought: null };

/** Reads a history page by page, one at a time: what is looked at first, then what comes next. Of a long one only the pages near the window stay in memory. */
export function makeHistoryLoader(options: HistoryLoaderOptions): HistoryLoader {
  const reader = new HistoryReader(options);
  reader.work();
  const { state } = reader;
  return {
    state,
    see: (rows) => {
      reader.rows = rows;
      reader.work();
    },
    seek: (position) => {
      const { pages, sought } = state.get();
      if (sought?.position === position) return;
      state.set({ ...state.get(), sought: { position, at: placeOf(pages, position) } });
      reader.work();
    },
    renew: () => {
      reader.heard += 1;
      reader.isOver = false;
      reader.work();
    },
    stop: () => reader.stop.abort(),
  };
}

/** What is read, and what is to be read. */
class HistoryReader {
  readonly state = makeShared(NOTHING);
  readonly stop = new AbortController();
  /** Those in sight. */
  rows: RowWindow = { first: 0, end: 0 };
  /** Rises when something was heard. */
  heard = 0;
  /** It could not be read, and another attempt would be answered the same. */
  isOver = false;
  private shown = 0;
  private isWorking = false;

  constructor(private readonly options: HistoryLoaderOptions) {}

  /** Reads what is missing, until nothing is. */
  work(): void {
    if (this.isWorking || this.isOver) return;
    this.isWorking = true;
    void this.readAll().finally(() => {
      this.isWorking = false;
      this.change({ isReading: false });
    });
  }

  private async readAll(): Promise<void> {
    for (let at = this.next(); at !== null && !this.stop.signal.aborted && !this.isOver; at = this.next()) {
      const heard = at === this.state.get().pages.length - 1 ? this.heard : this.shown;
      this.change({ isReading: true });
      try {
        await this.readOne(at);
        this.shown = heard;
      } catch (error) {
        await this.fail(failureOf(error));
      }
    }
  }

  private async readOne(at: number): Promise<void> {
    const { pages } = this.state.get();
    const cursor = at === 0 ? null : (pages[at - 1]?.next ?? null);
    const page = await this.options.readPage(cursor, this.stop.signal);
    this.options.onPage?.(page.items);
    const { sought } = this.state.get();
    const read = withPage(pages, at, { ...page, isWhole: this.options.isWhole });
    const place = sought === null ? null : (sought.at ?? placeOf(read.slice(at, at + 1), sought.position));
    // What was found is about to be in sight.
    if (sought !== null && sought.at === null && place !== null) this.rows = { first: place, end: place };
    const kept = withoutFar(read, this.rows, MOST_PAGES_KEPT);
    const hasMore = kept.at(-1)?.next !== null;
    this.change({ pages: kept, hasMore, sought: sought && { ...sought, at: place }, failure: null });
  }

  private async fail(failure: ReadFailure): Promise<void> {
    if (this.stop.signal.aborted) return;
    this.change({ failure: failure.message });
    this.isOver = !mayPass(failure);
    if (!this.isOver) await pauseFor(AGAIN_MS, this.stop.signal);
  }

  private next(): number | null {
    return nextToRead(this.state.get(), this.rows, this.heard > this.shown);
  }

  private change(changes: Partial<HistoryState>): void {
    this.state.set({ ...this.state.get(), ...changes });
  }
}

/** Which page is to be read: what is in sight, what was heard, what is near, what comes next; null: none is missing. */
function nextToRead({ pages, hasMore, sought }: HistoryState, rows: RowWindow, isStale: boolean): number | null {
  if (pages.length === 0) return 0;
  const inSight = missingIn(pages, rows);
  if (inSight !== -1) return inSight;
  if (isStale) return pages.length - 1;
  const near = missingIn(pages, { first: rows.first - AHEAD, end: rows.end + AHEAD });
  if (near !== -1) return near;
  const isSought = sought !== null && sought.at === null;
  return hasMore && (isSought || rows.end + AHEAD >= countOf(pages)) ? pages.length : null;
}

/** The first page among these rows that is not in memory; -1: none. */
const missingIn = (pages: HistoryState['pages'], rows: RowWindow): number =>
  pages.findIndex(({ entries, first, count }) => entries === null && first < rows.end && first + count > rows.first);
