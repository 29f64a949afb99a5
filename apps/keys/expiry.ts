import { UsageError } from '@mps-ledger/platform';

const HOUR_MS = 3_600_000;
const UNITS: Readonly<Record<string, number>> = { h: HOUR_MS, d: 24 * HOUR_MS };
const INSTANT = /^(\d{4}-\d\d-\d\d)T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/;

/** Reads when a key expires: `90d`, `12h`, or an RFC 3339 time that is to come. @throws UsageError */
export function readExpiry(text: string, now: Date): Date {
  const [, count, unit = ''] = /^([1-9]\d{0,4})([hd])$/.exec(text) ?? [];
  const date = count === undefined ? instantOf(text) : new Date(now.getTime() + Number(count) * (UNITS[unit] ?? 0));
  if (date === null)
    throw new UsageError(`--expires ${JSON.stringify(text)} must be like 90d, 12h or 2027-01-31T12:00:00Z.`);
  if (date <= now)
    throw new UsageError(`--expires ${JSON.stringify(text)} has passed already: it is ${now.toISOString()}.`);
  return date;
}

/** Null for a day that there is not, which `Date` would move to the next month. */
function instantOf(text: string): Date | null {
  const day = INSTANT.exec(text)?.[1];
  if (day === undefined) return null;
  const [exact, atMidnight] = [new Date(text), new Date(`${day}T00:00:00Z`)];
  const isDay = !Number.isNaN(atMidnight.getTime()) && atMidnight.toISOString().startsWith(day);
  return isDay && !Number.isNaN(exact.getTime()) ? exact : null;
}
