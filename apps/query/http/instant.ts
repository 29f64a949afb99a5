import { isInstant } from '@mps-ledger/wire';

const RFC_3339 = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)$/;

/** RFC 3339 text as the same instant in UTC with milliseconds; null where it names none of the years 0001 to 9999. */
export function instantOf(text: string): string | null {
  if (!RFC_3339.test(text)) return null;
  const date = new Date(text.toUpperCase());
  if (Number.isNaN(date.getTime())) return null;
  const instant = date.toISOString();
  return isInstant(instant) ? instant : null;
}
