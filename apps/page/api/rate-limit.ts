import { pauseFor } from './pause';
import { ReadFailure } from './problem';

/** A request that was refused for its rate is sent so often in all. */
const MOST_ATTEMPTS = 6;

/** A longer rest than this is not waited for: somebody is told instead, ms. */
const LONGEST_REST_MS = 20_000;

/** Where the server names no time, ms. */
const USUAL_REST_MS = 1000;

/** Until when no request is sent, since the server asked for that, on the clock of `performance.now()`. */
let restUntil = 0;

/**
 * Sends something, and again where the server answers that there are too many requests (429): not before the time that it names, which
 * all requests of the page keep. Throws the last failure.
 */
export async function withinRate<T>(send: () => Promise<T>, signal: AbortSignal | null = null): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    await rest(signal);
    try {
      return await send();
    } catch (error) {
      const restMs = restAskedFor(error);
      if (restMs === null || restMs > LONGEST_REST_MS || attempt === MOST_ATTEMPTS) throw error;
      restUntil = Math.max(restUntil, performance.now() + restMs);
    }
  }
}

function restAskedFor(error: unknown): number | null {
  if (!(error instanceof ReadFailure) || error.problem?.status !== 429) return null;
  return error.problem.retryAfterMs ?? USUAL_REST_MS;
}

/** Those that wait go on one after the other, so that they are not refused together again. */
async function rest(signal: AbortSignal | null): Promise<void> {
  for (let left = restUntil - performance.now(); left > 0; left = restUntil - performance.now()) {
    await pauseFor(left + 1 + Math.random() * USUAL_REST_MS, signal ?? undefined);
    signal?.throwIfAborted();
  }
}
