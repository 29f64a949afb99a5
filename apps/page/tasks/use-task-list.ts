import { useCallback, useEffect, useState } from 'preact/hooks';
import type { ListedRow } from '../api/answers';
import { read } from '../api/client';
import { pauseFor } from '../api/pause';
import { failureOf, mayPass, type ReadFailure } from '../api/problem';
import { follow } from '../live/follow';
import { formatAddress, type Address } from '../routing/address';
import { listQuery } from './filters';
import { rowKey, takeChange, type LiveRows } from './live-rows';
import { pollChanges } from './poll-changes';
import { changeOfStream, type StateChangeData, type TaskChange } from './task-change';

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
  const renew = useCallback(() => setRound((n) => n + 1), []);
  useEffect(() => {
    const stop = new AbortController();
    setListing((before) => ({ ...before, reading: 'list' }));
    void firstPage(address, stop.signal).then(({ page, from }) => {
      if (stop.signal.aborted) return;
      setListing((before) => ({ ...(page.failure === null ? EMPTY : before), ...page, reading: null }));
      keepUp({ address, from, failure: page.failure, setListing, renew, stop: stop.signal });
    });
    return () => stop.abort();
    // Compared as text, since each navigation makes another object.
  }, [asked, round]);

  const readMore = useCallback(() => void nextPage(address, listing.next, setListing), [asked, listing.next]);
  return { listing, renew, readMore };
}

/** A list that could not be read for a reason that may pass is read again after so long, ms. */
const AGAIN_MS = 5000;

interface ListUpkeep extends Omit<FollowedList, 'from'> {
  readonly from: ListStart | null;
  readonly failure: ReadFailure | null;
}

/** Follows a list that was read; one that could not be is read again, where that may help. */
function keepUp({ failure, from, ...list }: ListUpkeep): void {
  const { stop, renew } = list;
  if (failure === null && from !== null) stop.addEventListener('abort', followList({ ...list, from }), { once: true });
  if (failure !== null && mayPass(failure))
    void pauseFor(AGAIN_MS, stop).then(() => {
      if (!stop.aborted) renew();
    });
}

type SetListing = (change: (before: TaskListing) => TaskListing) => void;

async function firstPage(address: Address, signal: AbortSignal) {
  try {
    const { body, position, readAt } = await read('listTasks', { query: listQuery(address), signal });
    const page = { rows: body.items as ListedRow[], next: body.next_cursor, waiting: NOTHING_WAITING, failure: null };
    return { page, from: { position, readAt } };
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

/** Where a list begins to be kept up. */
interface ListStart {
  readonly position: string | null;
  readonly readAt: number | null;
}

interface FollowedList {
  readonly address: Address;
  readonly from: ListStart;
  readonly setListing: SetListing;
  readonly renew: () => void;
  readonly stop: AbortSignal;
}

function followList({ address, from, setListing, renew, stop }: FollowedList): () => void {
  const { fields, ...filters } = listQuery(address);
  let { readAt } = from;
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
  const hear = (changes: readonly TaskChange[]): void => {
    heard.push(...changes);
    if (heard.length > 0) timer ??= setTimeout(show, TOGETHER_MS);
  };
  const poll = async (): Promise<void> => {
    const polled = await pollChanges(readAt, { ...filters, fields }, stop);
    readAt = polled.readAt;
    if (polled.changes === null) renew();
    else hear(polled.changes);
  };
  const unfollow = follow({
    query: { stream: 'state-changes', ...(filters.account !== undefined && { account: filters.account }) },
    after: from.position,
    onReset: renew,
    onEvent: (event) => hear([changeOfStream((event as { readonly data: StateChangeData }).data)]),
    // The next one may be answered.
    onPoll: () => void poll().catch(() => undefined),
  });
  return () => {
    clearTimeout(timer);
    unfollow();
  };
}
