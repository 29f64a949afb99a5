/** Limits repeated log lines: at most one per key and interval, with the number suppressed since the last one. */
export interface LogRateLimiter {
  /** The number of lines suppressed since the last one; null if this line is to be suppressed too. */
  pass(key: string): number | null;
}

/** Keys that are remembered; one more, and all are forgotten. */
const MAX_KEYS = 1_000;

export function makeLogRateLimiter(everyMs: number, now: () => number = () => performance.now()): LogRateLimiter {
  const seen = new Map<string, { at: number; suppressed: number }>();
  return {
    pass(key) {
      const last = seen.get(key);
      if (last !== undefined && now() - last.at < everyMs) {
        last.suppressed += 1;
        return null;
      }
      if (seen.size >= MAX_KEYS) seen.clear();
      seen.set(key, { at: now(), suppressed: 0 });
      return last?.suppressed ?? 0;
    },
  };
}
