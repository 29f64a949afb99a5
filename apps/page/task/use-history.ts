import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { QueryOf } from '../api/answers';
import { read } from '../api/client';
import { entriesOf } from './history-entry';
import { makeHistoryLoader, type HistoryLoader } from './history-loader';
import { spansOf, type Spans } from './spans';

export type TimelineFilter = Pick<NonNullable<QueryOf<'getTaskHistory'>>, 'type' | 'trust' | 'annotation'>;

export const HISTORY_PAGE_SIZE = 200;

/** What the whole of a task takes from its history. */
export interface HistorySummary {
  readonly spans: Spans | null;
  /** When the notification was received that said that the task has ended. */
  readonly ended: string | null;
  /** The first page was read, or could not be. */
  readonly isThere: boolean;
}

const NOTHING: HistorySummary = { spans: null, ended: null, isThere: false };

/** The history of a task. When `round` rises something was heard of it. */
export function useHistory(account: string, id: string, filter: TimelineFilter, round: number) {
  const [summary, setSummary] = useState(NOTHING);
  const asked = JSON.stringify(filter);
  const isWhole = asked === '{}';
  const loader = useMemo<HistoryLoader>(
    () =>
      makeHistoryLoader({
        isWhole,
        readPage: async (cursor, signal) => {
          const query = { account, limit: HISTORY_PAGE_SIZE, ...filter, ...(cursor !== null && { cursor }) };
          const { body } = await read('getTaskHistory', { id, query, signal });
          return { items: body.items, next: body.next_cursor };
        },
        onPage: (items) => {
          const entries = entriesOf(items);
          const ended = entries.find(({ type }) => type === 'task.finished')?.received ?? null;
          setSummary((before) => {
            const spans = spansOf(entries, before.spans);
            return { spans, ended: before.ended ?? ended, isThere: true };
          });
        },
      }),
    [account, id, asked],
  );
  useEffect(() => {
    const note = (): void => {
      if (loader.state.get().failure !== null) setSummary((before) => ({ ...before, isThere: true }));
    };
    const unsubscribe = loader.state.subscribe(note);
    return () => {
      unsubscribe();
      loader.stop();
    };
  }, [loader]);
  const first = useRef(round);
  useEffect(() => {
    if (round !== first.current) loader.renew();
  }, [round]);
  return { loader, summary };
}
