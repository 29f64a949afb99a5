import { useEffect, useState } from 'preact/hooks';
import type { ShownTask } from '../api/answers';
import { read } from '../api/client';
import { pauseFor } from '../api/pause';
import { failureOf, mayPass, type ReadFailure } from '../api/problem';
import { follow } from '../live/follow';

export interface LoadedTask {
  /** The version that is asked for; the one before while another is read. */
  readonly task: ShownTask | null;
  /** The newest version; null while that is not known yet. */
  readonly newest: number | null;
  readonly failure: ReadFailure | null;
  /** Rises when something was heard of the task. */
  readonly round: number;
  readonly retry: () => void;
}

/** What is heard within this time is one reading, ms. */
const TOGETHER_MS = 400;

/** A task that could not be read for a reason that may pass is read again after so long, ms. */
const AGAIN_MS = 5000;

/** One task, as it is or as it was at a version; read again when something is heard of it. */
export function useTask(account: string, id: string, version: number | null): LoadedTask {
  const [task, setTask] = useState<ShownTask | null>(null);
  const [newest, setNewest] = useState<number | null>(null);
  const [failure, setFailure] = useState<ReadFailure | null>(null);
  const [round, setRound] = useState(0);
  const [from, setFrom] = useState<string | null>(null);
  const again = (): void => setRound((before) => before + 1);
  const noteNewest = (seen: number): void => setNewest((before) => Math.max(before ?? 0, seen));
  useEffect(() => {
    const stop = new AbortController();
    const query = { account, ...(version !== null && { at_version: version }) };
    read('getTask', { id, query, signal: stop.signal }).then(
      ({ body, position }) => {
        setTask(body);
        setFailure(null);
        setFrom((before) => before ?? position);
        if (version === null) noteNewest(body.version);
      },
      (error: unknown) => {
        if (stop.signal.aborted) return;
        const failed = failureOf(error);
        setFailure(failed);
        if (mayPass(failed)) void pauseFor(AGAIN_MS, stop.signal).then(() => stop.signal.aborted || again());
      },
    );
    return () => stop.abort();
  }, [account, id, version, round]);
  useNewestVersion({ account, id, isPast: version !== null, round, noteNewest });
  useEffect(() => (from === null ? undefined : followTask({ account, id, from }, again)), [account, id, from]);
  return { task, newest, failure, round, retry: again };
}

interface NewestOptions {
  readonly account: string;
  readonly id: string;
  readonly isPast: boolean;
  readonly round: number;
  readonly noteNewest: (seen: number) => void;
}

/** Where the past is shown, the number of versions is asked for beside it. */
function useNewestVersion({ account, id, isPast, round, noteNewest }: NewestOptions): void {
  useEffect(() => {
    if (!isPast) return undefined;
    const stop = new AbortController();
    read('getTask', { id, query: { account }, signal: stop.signal }).then(
      ({ body }) => noteNewest(body.version),
      // What is shown is a version, at least.
      () => stop.signal.aborted || noteNewest(1),
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
    onPoll: onHeard,
  });
  return () => {
    clearTimeout(timer);
    unfollow();
  };
}
