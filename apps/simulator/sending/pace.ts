import { pause } from '@mps-ledger/platform';

/** Resolves when the next one may be sent. */
export type Pace = () => Promise<void>;

/** What may be caught up with after a halt, so that a server that comes back is not met by all that was missed. */
const CATCH_UP_MS = 100;

/** At most so many a second, evenly, whoever asks; 0: as fast as possible. Ends all waiting when stopped. */
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
