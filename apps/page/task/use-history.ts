import { useCallback, useEffect, useMemo, useState } from 'preact/hooks';
import { read } from '../api/client';
import { entriesOf, type HistoryEntry } from './history-entry';
import { afterPages, withPage, type LoadedPage } from './history-pages';

export interface LoadedHistory {
  /** In the order of the log. */
  readonly entries: readonly HistoryEntry[];
  /** Null: all are there. */
  readonly next: string | null;
  readonly isReading: boolean;
  readonly failure: string | null;
}

export interface HistoryControl {
  readonly history: LoadedHistory;
  readonly readMore: () => void;
}

const PAGE_SIZE = 200;

interface Progress {
  readonly pages: readonly LoadedPage[];
  /** The page that is read; null: none. */
  readonly reading: number | null;
  readonly failure: string | null;
}

const NOTHING: Progress = { pages: [], reading: 0, failure: null };

/** The history of a task, page by page. When `round` rises the last page is read again: what is new is at its end, so nothing moves. */
export function useHistory(account: string, id: string, round: number): HistoryControl {
  const [{ pages, reading, failure }, setProgress] = useState<Progress>(NOTHING);
  useEffect(() => setProgress(NOTHING), [account, id]);
  useEffect(() => {
    setProgress((before) => ({ ...before, reading: Math.max(0, before.pages.length - 1) }));
  }, [round]);
  useEffect(() => {
    if (reading === null) return undefined;
    const stop = new AbortController();
    const { cursor, versions } = afterPages(pages.slice(0, reading));
    const query = { account, limit: PAGE_SIZE, ...(cursor !== null && { cursor }) };
    read('getTaskHistory', { id, query, signal: stop.signal }).then(
      ({ body }) => {
        const page = { entries: entriesOf(body.items, versions), next: body.next_cursor };
        setProgress((before) => ({ pages: withPage(before.pages, reading, page), reading: null, failure: null }));
      },
      (error: unknown) => {
        if (!stop.signal.aborted)
          setProgress((before) => ({ ...before, reading: null, failure: (error as Error).message }));
      },
    );
    return () => stop.abort();
  }, [account, id, reading, round]);

  const { cursor: next } = afterPages(pages);
  const readMore = useCallback(() => {
    if (next !== null) setProgress((before) => ({ ...before, reading: before.reading ?? before.pages.length }));
  }, [next]);
  const entries = useMemo(() => pages.flatMap((page) => page.entries), [pages]);
  return { history: { entries, next, isReading: reading !== null, failure }, readMore };
}
