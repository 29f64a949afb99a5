/** How far back a report looks, by the name that the address has for it. */
export const PERIODS = { '24h': 24, '7d': 7 * 24, '30d': 30 * 24 } as const;
export type PeriodName = keyof typeof PERIODS;

/** What is shown where the address names none. */
const DEFAULT: PeriodName = '7d';

export const periodNamed = (name: string | null): PeriodName =>
  name !== null && Object.hasOwn(PERIODS, name) ? (name as PeriodName) : DEFAULT;

const HOUR_MS = 3_600_000;

/** The hours of a period up to a moment, as their beginnings, ms: whole hours of UTC, the last one not over yet. */
export function hoursOf(period: PeriodName, now: number): readonly number[] {
  const last = Math.floor(now / HOUR_MS) * HOUR_MS;
  const count = PERIODS[period];
  return Array.from({ length: count }, (_, at) => last - (count - 1 - at) * HOUR_MS);
}

/** When a period begins, as the API takes it. */
export function beginOf(period: PeriodName, now: number): string {
  return new Date(hoursOf(period, now)[0] ?? now).toISOString();
}

const DAY_MS = 24 * HOUR_MS;

/** The first day of a period, when it begins: for what is counted by whole days of UTC. The period begins on that day. */
export function firstDayOf(period: PeriodName, now: number): string {
  return new Date(Math.floor((now - PERIODS[period] * HOUR_MS) / DAY_MS) * DAY_MS).toISOString();
}
