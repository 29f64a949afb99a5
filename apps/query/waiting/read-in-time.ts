import { backoff, pause } from '@mps-ledger/platform';
import { passes } from '../faults';

/** Milliseconds between tries at most: one that has become possible is not missed for long. */
const LONGEST_PAUSE_MS = 500;

/**
 * Reads, and while that fails for want of a connection (all are in use, Postgres starts again) tries again until the time
 * is over: who asked to wait is not sent away sooner. The last failure is thrown; any other fault at once, and whatever
 * comes once `leave` says so. The first try is made in any case.
 *
 * @param deadline as `performance.now()` counts; one that is over means no second try
 */
export async function readInTime<T>(read: () => Promise<T>, deadline: number, leave: () => boolean): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await read();
    } catch (error) {
      const left = deadline - performance.now();
      if (left <= 0 || leave() || !passes(error)) throw error;
      await pause(Math.min(left, backoff(attempt, { longestMs: LONGEST_PAUSE_MS })));
    }
  }
}
