import { isInstant } from '@mps-ledger/records';

const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/;

/** RFC 3339 text as the same instant in UTC with milliseconds; null where it names none of the years 0001 to 9999. */
export function instantOf(text: string): string | null {
  const upper = text.toUpperCase();
  // Date takes the 30th of February for the 2nd of March.
  if (!RFC_3339.test(upper) || !isInstant(`${upper.slice(0, 19)}.000Z`)) return null;
  const date = new Date(upper);
  if (Number.isNaN(date.getTime())) return null;
  const instant = date.toISOString();
  return isInstant(instant) ? instant : null;
}
