import { useEffect, useState } from 'preact/hooks';
import type { ShownTask } from '../api/answers';
import { read } from '../api/client';
import { ReadFailure } from '../api/problem';
import { follow } from '../live/follow';

export interface LoadedTask {
  /** The version that is asked for; the one before while another is read. */
  readonly task: ShownTask | null;
  /** The newest version that is known. */
  readonly newest: number;
  readonly failure: ReadFailure | null;
  /** Rises when something was heard of the task. */
  readonly round: number;
  readonly retry: () => void;
}

/** What is heard within this time is one reading, ms. */
const TOGETHER_MS = 400;

/** A task, as it is or as it was at a version; read again when something is heard of it. */
export function useTask(account: string, id: string, version: number | null): LoadedTask {
  const [task, setTask] = useState<ShownTask | null>(null);
  const [newest, setNewest] = useState(0);
  const [failure, setFailure] = useState<ReadFailure | null>(null);
  const [round, setRound] = useState(0);
  const [from, setFrom] = useState<string | null>(null);
  useEffect(() => {
    const stop = new AbortController();
    const query = { account, ...(version !== null && { at_version: version }) };
    read('getTask', { id, query, signal: stop.signal }).then(
      ({ body, position }) => {
        setTask(body);
        setFailure(null);
        setFrom((before) => before ?? position);
        setNewest((before) => Math.max(before, body.version));
      },
      (error: unknown) => {
        if (!stop.signal.aborted) setFailure(error instanceof ReadFailure ? error : new ReadFailure(null, error));
      },
    );
    return () => stop.abort();
  }, [account, id, version, round]);
  useNewestVersion({ account, id, isPast: version !== null, round, setNewest });
  useEffect(() => setFrom(null), [account, id]);
  useEffect(
    () => (from === null ? undefined : followTask({ account, id, from }, () => setRound((before) => before + 1))),
    [account, id, from],
  );
  return { task, newest, failure, round, retry: () => setRound((before) => before + 1) };
}

interface NewestOptions {
  readonly account: string;
  readonly id: string;
  readonly isPast: boolean;
  readonly round: number;
  readonly setNewest: (change: (before: number) => number) => void;
}

/** Where the past is shown, the number of versions is asked for beside it. */
function useNewestVersion({ account, id, isPast, round, setNewest }: NewestOptions): void {
  useEffect(() => {
    if (!isPast) return undefined;
    const stop = new AbortController();
    read('getTask', { id, query: { account }, signal: stop.signal }).then(
      ({ body }) => setNewest((before) => Math.max(before, body.version)),
      () => undefined,
    );
    return () => stop.abort();
  }, [account, id, isPast, round]);
}

interface TaskStream {
  readonly account: string;
  readonly id: string;
  /** The position that the task was first read at. */
  readonly from: string;
}

function followTask({ account, id, from }: TaskStream, onHeard: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const hear = (): void => {
    clearTimeout(timer);
    timer = setTimeout(onHeard, TOGETHER_MS);
  };
  const unfollow = follow({
    query: { stream: 'facts', account, task_id: id },
    after: from,
    onEvent: hear,
    onReset: hear,
  });
  return () => {
    clearTimeout(timer);
    unfollow();
  };
}
