import { useCallback, useEffect, useState } from 'preact/hooks';
import { read } from '../api/client';
import { entriesOf, type HistoryEntry } from './history-entry';

export interface LoadedHistory {
  /** In the order of the log. */
  readonly entries: readonly HistoryEntry[];
  /** Null: all are there. */
  readonly next: string | null;
  readonly isReading: boolean;
  readonly failure: string | null;
}

const NOTHING: LoadedHistory = { entries: [], next: null, isReading: true, failure: null };
const PAGE_SIZE = 200;

export interface HistoryControl {
  readonly history: LoadedHistory;
  readonly readMore: () => void;
}

/** The history of a task, page by page; read again from its beginning when `round` rises. */
export function useHistory(account: string, id: string, round: number): HistoryControl {
  const [history, setHistory] = useState<LoadedHistory>(NOTHING);
  const load = useCallback(
    (before: LoadedHistory, signal?: AbortSignal): void => {
      const cursor = before.next;
      setHistory((shown) => ({ ...shown, isReading: true }));
      read('getTaskHistory', {
        id,
        query: { account, limit: PAGE_SIZE, ...(cursor !== null && { cursor }) },
        ...(signal !== undefined && { signal }),
      }).then(
        ({ body }) => {
          const versions = before.entries.reduce((most, { version }) => version ?? most, 0);
          const entries = [...before.entries, ...entriesOf(body.items, versions)];
          setHistory({ entries, next: body.next_cursor, isReading: false, failure: null });
        },
        (error: unknown) => {
          if (signal?.aborted !== true)
            setHistory((shown) => ({ ...shown, isReading: false, failure: (error as Error).message }));
        },
      );
    },
    [account, id],
  );
  useEffect(() => setHistory(NOTHING), [account, id]);
  useEffect(() => {
    const stop = new AbortController();
    load(NOTHING, stop.signal);
    return () => stop.abort();
  }, [load, round]);
  const readMore = useCallback(() => {
    if (history.next !== null && !history.isReading) load(history);
  }, [history, load]);
  return { history, readMore };
}
