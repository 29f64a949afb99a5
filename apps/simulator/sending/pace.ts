import { pause } from '@mps-ledger/platform';

/** Resolves when the next send may start. */
export type Pace = () => Promise<void>;

/** How much of a delay may be caught up, so that a restarted server does not get all delayed sends at once. */
const CATCH_UP_MS = 100;

/** Limits sends to a rate per second, evenly over all callers; 0: no limit. When stopped, all waiting ends. */
export function makePace(perSecond: number, stopped: AbortSignal): Pace {
  if (perSecond === 0) return () => Promise.resolve();
  const apart = 1000 / perSecond;
  let next = performance.now();
  return async () => {
    const now = performance.now();
    next = Math.max(next, now - CATCH_UP_MS);
    const wait = next - now;
    next += apart;
    if (wait > 0) await pause(wait, stopped);
  };
}
