import type { Json } from '@mps-ledger/tasks';

const DATE_TIME = /^(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d:\d\d)(?:\.(\d+))?(?:[Zz]|([+-])([01]\d|2[0-3]):([0-5]\d))$/;
const COMMON_YEAR = /^(?!0000)\d{4}-/;
const MINUTE_MS = 60_000;

/**
 * A provider's time as RFC 3339 in UTC with milliseconds (further digits are cut off). Null if it is absent, is not strictly a
 * date-time with an offset, names a day or time that does not exist, or is outside the years 0001 to 9999.
 */
export function utcTime(value: Json | undefined): string | null {
  const match = typeof value === 'string' ? DATE_TIME.exec(value) : null;
  if (match === null) return null;
  // Stryker disable next-line StringLiteral: a match has a date and a time; no sign is no minus; no digits are 0
  const [, date = '', time = '', fraction = '', sign = '+', hours = '0', minutes = '0'] = match;
  const spelled = `${date}T${time}.${fraction.slice(0, 3).padEnd(3, '0')}Z`;
  const local = new Date(spelled);
  // JavaScript does not reject 30 February but carries it over into March.
  if (Number.isNaN(local.getTime()) || local.toISOString() !== spelled) return null;
  // Stryker disable next-line ArithmeticOperator: a division by 1 or -1 is a multiplication
  const offset = (Number(hours) * 60 + Number(minutes)) * MINUTE_MS * (sign === '-' ? -1 : 1);
  const utc = new Date(local.getTime() - offset).toISOString();
  return COMMON_YEAR.test(utc) ? utc : null;
}
