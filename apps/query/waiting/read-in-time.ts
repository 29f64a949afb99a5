import { backoff, pause } from '@mps-ledger/platform';
import { isTransient } from '../database-problems';

/** Milliseconds between attempts at most. */
const LONGEST_PAUSE_MS = 500;

/**
 * Reads, and retries until the deadline while no connection can be had (all are in use, Postgres restarts). Throws the last
 * error then; any other error, and any error once `giveUp` answers true, at once.
 *
 * @param deadline as `performance.now()` counts; one in the past means one attempt
 */
export async function readInTime<T>(read: () => Promise<T>, deadline: number, giveUp: () => boolean): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await read();
    } catch (error) {
      const left = deadline - performance.now();
      if (left <= 0 || giveUp() || !isTransient(error)) throw error;
      await pause(Math.min(left, backoff(attempt, { longestMs: LONGEST_PAUSE_MS })));
    }
  }
}
