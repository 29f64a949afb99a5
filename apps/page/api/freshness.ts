import { makeShared } from './store';

/** How old what the page shows is: as the newest answer said it. */
export interface DataAge {
  /** The rows held all that had been acknowledged until so long before the answer, ms; null: not known yet. */
  readonly lagMs: number | null;
  /** When the answer came, on the clock of `performance.now()`. */
  readonly answered: number;
}

/** Null before the first answer. */
export const dataAge = makeShared<DataAge | null>(null);

/** Since when the server does not answer, on the same clock; null while it does. */
export const silentSince = makeShared<number | null>(null);

/** How old the data is at a moment, ms; null where that is not known. */
export function ageAt(age: DataAge | null, now: number): number | null {
  return age === null || age.lagMs === null ? null : age.lagMs + Math.max(0, now - age.answered);
}

/** Notes what an answer says of its age. */
export function noteAge(headers: Headers): void {
  const lag = headers.get('ledger-lag-ms');
  if (lag === null) return;
  dataAge.set({ lagMs: /^\d+$/.test(lag) ? Number(lag) : null, answered: performance.now() });
}
