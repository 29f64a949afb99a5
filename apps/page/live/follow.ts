import { addressOf, request } from '../api/client';
import { pauseFor } from '../api/pause';
import { ReadFailure } from '../api/problem';
import { untilSeen } from '../api/seen';
import { makeShared } from '../api/store';
import { makeEventReader, type StreamEvent } from './sse-events';

/** The state of the stream of changes: off, connecting or live; or refused, and why. */
export type LiveState =
  { readonly status: 'off' | 'connecting' | 'live' } | { readonly status: 'refused'; readonly why: string };

export const liveState = makeShared<LiveState>({ status: 'off' });

export interface FollowedStream {
  readonly query: Readonly<Record<string, string | readonly string[]>>;
  /** The position to begin behind, so that nothing is missed after what was read there. Null: now. */
  readonly after: string | null;
  readonly onEvent: (data: unknown) => void;
  /** What was heard is no longer what follows what was read: read again. */
  readonly onReset: () => void;
  /** Asks for what changed, while the stream does not bring it: it was refused, or is not open yet. */
  readonly onPoll: () => void;
}

/** The events that say how the stream itself goes on. */
const ABOUT_THE_STREAM = new Set(['caught_up', 'position', 'lagged', 'closing', 'reset', 'key-not-accepted']);

const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 30_000;
/** A tab that has been hidden for this long closes its stream, ms. */
const HIDDEN_MS = 60_000;
/** Without the stream what changed is asked for so often, ms. */
const POLL_EVERY_MS = 5000;

let end: (() => void) | null = null;

/**
 * Follows one stream of the API: the only one of this tab, so that another one that is followed ends it. It connects again where it
 * broke, later and later while that fails, and not before the server wants; it rests while the tab has been hidden for a minute.
 * Where a key has no right to streams, changes are asked for instead.
 * @returns what ends it
 */
export function follow(options: FollowedStream): () => void {
  end?.();
  const stop = new AbortController();
  const poll = setInterval(() => {
    if (liveState.get().status !== 'live' && !document.hidden) options.onPoll();
  }, POLL_EVERY_MS);
  const mine = () => {
    stop.abort();
    clearInterval(poll);
    if (end === mine) {
      end = null;
      liveState.set({ status: 'off' });
    }
  };
  end = mine;
  void keepFollowing(options, stop.signal);
  return mine;
}

async function keepFollowing(options: FollowedStream, stopped: AbortSignal): Promise<void> {
  let position = options.after;
  let pauseMs = FIRST_PAUSE_MS;
  const startAgain = (): void => {
    position = null;
    options.onReset();
  };
  const take = ({ event, id, data }: StreamEvent): void => {
    position = id ?? position;
    pauseMs = FIRST_PAUSE_MS;
    if (event === 'reset') startAgain();
    else if (!ABOUT_THE_STREAM.has(event)) options.onEvent(JSON.parse(data));
  };
  while (!hasStopped(stopped)) {
    await untilSeen(stopped);
    liveState.set({ status: 'connecting' });
    const end = await connectOnce(options.query, () => position, stopped, take);
    if (hasStopped(stopped)) return;
    if (end instanceof ReadFailure && isForGood(end)) {
      liveState.set({ status: 'refused', why: end.message });
      return;
    }
    if (end instanceof ReadFailure && end.problem?.status === 410) startAgain();
    liveState.set({ status: 'connecting' });
    if (end !== 'rests') await pauseFor(Math.max(pauseMs * (0.75 + Math.random() / 2), wantedPause(end)), stopped);
    pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2);
  }
}

/** It changes while something is awaited. */
const hasStopped = (signal: AbortSignal): boolean => signal.aborted;

/** Reads until the stream ends, breaks, or the tab has been hidden for long; resolves with how it ended. */
async function connectOnce(
  query: FollowedStream['query'],
  position: () => string | null,
  stopped: AbortSignal,
  take: (event: StreamEvent) => void,
): Promise<'ended' | 'rests' | ReadFailure> {
  const rest = new AbortController();
  const seen = onHiddenForLong(() => rest.abort());
  try {
    await readStream(query, position(), AbortSignal.any([stopped, rest.signal]), take);
    return 'ended';
  } catch (error) {
    if (rest.signal.aborted) return 'rests';
    return error instanceof ReadFailure ? error : 'ended';
  } finally {
    seen();
  }
}

async function readStream(
  query: FollowedStream['query'],
  position: string | null,
  signal: AbortSignal,
  onEvent: (event: StreamEvent) => void,
): Promise<void> {
  const response = await request(addressOf('v1/stream', { ...query, after: position ?? 'now' }), { signal });
  liveState.set({ status: 'live' });
  const decoder = new TextDecoder();
  const read = makeEventReader();
  const reader = response.body?.getReader();
  for (;;) {
    const part = await reader?.read();
    if (part === undefined || part.done) return;
    for (const event of read(decoder.decode(part.value, { stream: true }))) onEvent(event);
  }
}

/** How long the server wants to be left alone, ms. */
const wantedPause = (end: 'ended' | ReadFailure): number =>
  end === 'ended' ? 0 : Math.min(LONGEST_PAUSE_MS, end.problem?.retryAfterMs ?? 0);

/** Another attempt would be answered the same. */
const isForGood = ({ problem }: ReadFailure): boolean => [400, 401, 403, 404].includes(problem?.status ?? 0);

/** Calls back once the tab has been hidden for long. @returns what ends that */
function onHiddenForLong(rest: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const look = (): void => {
    clearTimeout(timer);
    if (document.hidden) timer = setTimeout(rest, HIDDEN_MS);
  };
  document.addEventListener('visibilitychange', look);
  look();
  return () => {
    clearTimeout(timer);
    document.removeEventListener('visibilitychange', look);
  };
}
