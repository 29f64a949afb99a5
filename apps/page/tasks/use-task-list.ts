import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { ListedRow } from '../api/answers';
import { read } from '../api/client';
import { ReadFailure } from '../api/problem';
import { follow } from '../live/follow';
import { formatAddress, type Address } from '../routing/address';
import { listQuery } from './filters';
import { rowKey, takeChange, type LiveRows, type TaskChange } from './live-rows';

export interface TaskListing extends LiveRows {
  /** What is read at the moment: the list from its beginning, or a further page of it. */
  readonly reading: 'list' | 'page' | null;
  readonly failure: ReadFailure | null;
  readonly next: string | null;
  /** Rises with each change that was heard. */
  readonly changes: number;
}

export interface TaskListControl {
  readonly listing: TaskListing;
  /** Reads the list again, with the new tasks that were counted. */
  readonly renew: () => void;
  readonly readMore: () => void;
}

const EMPTY: TaskListing = { rows: [], waiting: new Set(), reading: 'list', failure: null, next: null, changes: 0 };
const NOTHING_WAITING: ReadonlySet<string> = new Set();

/** The list of an address: read when the address changes, and kept up with what changes. */
export function useTaskList(address: Address): TaskListControl {
  const [listing, setListing] = useState<TaskListing>(EMPTY);
  const [round, setRound] = useState(0);
  const asked = formatAddress({ ...address, parameters: { ...address.parameters, time: [] } });
  const position = useRef<string | null>(null);

  useEffect(() => {
    const stop = new AbortController();
    let unfollow: (() => void) | undefined;
    setListing((before) => ({ ...before, reading: 'list' }));
    void firstPage(address, stop.signal).then(({ page, from }) => {
      if (stop.signal.aborted) return;
      position.current = from;
      setListing((before) => ({ ...(page.failure === null ? EMPTY : before), ...page, reading: null }));
      if (page.failure === null) unfollow = followList(address, from, setListing, () => setRound((n) => n + 1));
    });
    return () => {
      stop.abort();
      unfollow?.();
    };
    // Compared as text, since each navigation makes another object.
  }, [asked, round]);

  const renew = useCallback(() => setRound((n) => n + 1), []);
  const readMore = useCallback(() => void nextPage(address, listing.next, setListing), [asked, listing.next]);
  return { listing, renew, readMore };
}

type SetListing = (change: (before: TaskListing) => TaskListing) => void;

async function firstPage(address: Address, signal: AbortSignal) {
  try {
    const { body, position } = await read('listTasks', { query: listQuery(address), signal });
    const page = { rows: body.items as ListedRow[], next: body.next_cursor, waiting: NOTHING_WAITING, failure: null };
    return { page, from: position };
  } catch (error) {
    return { page: { failure: failureOf(error) }, from: null };
  }
}

async function nextPage(address: Address, cursor: string | null, setListing: SetListing): Promise<void> {
  if (cursor === null) return;
  setListing((before) => ({ ...before, reading: 'page' }));
  const { fields, limit } = listQuery(address);
  try {
    const { body } = await read('listTasks', { query: { cursor, fields, limit } });
    setListing((before) => ({ ...before, ...appended(before, body.items as ListedRow[]), next: body.next_cursor }));
  } catch (error) {
    setListing((before) => ({ ...before, reading: null, failure: failureOf(error) }));
  }
}

function appended(before: TaskListing, items: readonly ListedRow[]): Partial<TaskListing> {
  const shown = new Set(before.rows.map(rowKey));
  const rows = [...before.rows, ...items.filter((row) => !shown.has(rowKey(row)))];
  return { rows, reading: null, failure: null };
}

/** Changes are shown together so often, ms: a thousand a second are one rendering. */
const TOGETHER_MS = 200;

function followList(address: Address, after: string | null, setListing: SetListing, onReset: () => void): () => void {
  const filters = listQuery(address);
  let heard: TaskChange[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  const show = (): void => {
    const changes = heard;
    heard = [];
    timer = undefined;
    setListing((before) => ({
      ...before,
      ...changes.reduce<LiveRows>((live, change) => takeChange(live, change, filters), before),
      changes: before.changes + changes.length,
    }));
  };
  const unfollow = follow({
    query: { stream: 'state-changes', ...(filters.account !== undefined && { account: filters.account }) },
    after,
    onReset,
    onEvent: (event) => {
      heard.push((event as { readonly data: TaskChange }).data);
      timer ??= setTimeout(show, TOGETHER_MS);
    },
  });
  return () => {
    clearTimeout(timer);
    unfollow();
  };
}

const failureOf = (error: unknown): ReadFailure =>
  error instanceof ReadFailure ? error : new ReadFailure(null, error);
