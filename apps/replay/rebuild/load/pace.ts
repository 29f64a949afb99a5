import { pause } from '@mps-ledger/platform';

/** Waits until so many records may be applied. */
export type LoadPace = (records: number, signal: AbortSignal) => Promise<void>;

/** At most so many records per second in the long run: what was applied is waited for before the next. Null: no limit. */
export function makePace(recordsPerSecond: number | null): LoadPace {
  if (recordsPerSecond === null) return () => Promise.resolve();
  let freeAt = performance.now();
  return async (records, signal) => {
    const begin = Math.max(performance.now(), freeAt);
    freeAt = begin + (records / recordsPerSecond) * 1_000;
    await pause(begin - performance.now(), signal);
  };
}
