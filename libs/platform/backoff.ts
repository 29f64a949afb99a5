export interface BackoffOptions {
  /** Default 100. */
  readonly firstMs?: number;
  /** Default 5000. */
  readonly longestMs?: number;
  /** From 0 to 1. Default `Math.random`. */
  readonly random?: () => number;
}

/** How long to wait before attempt `attempt` + 1 (attempts count from 1): doubling up to a bound, each time by half to the whole of it. */
export function backoff(
  attempt: number,
  { firstMs = 100, longestMs = 5000, random = Math.random }: BackoffOptions = {},
): number {
  const whole = Math.min(longestMs, firstMs * 2 ** Math.min(30, Math.max(0, attempt - 1)));
  return Math.round(whole / 2 + (whole / 2) * random());
}

/** Resolves after `ms`, or at once when the signal is aborted; never rejects. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted === true) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', done, { once: true });
  });
}
