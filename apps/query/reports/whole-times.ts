import { badParameters } from '@mps-ledger/platform';
import { instantOf } from '../http/instant';
import { DEFAULT_DAYS, MOST_DAYS } from './report-parameters';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** The times of a filter. RFC 3339 in UTC. */
export interface EndedTimes {
  readonly ended_after?: string;
  readonly ended_before?: string;
}

/** The first whole hour (or day) that begins at or after a time: RFC 3339, or infinite beyond the years 0001 to 9999. */
function firstFrom(ms: number, unit: number): string {
  const whole = Math.ceil(ms / unit) * unit;
  return instantOf(new Date(whole).toISOString()) ?? (whole < 0 ? '-infinity' : 'infinity');
}

/** Whole days that begin at or after, and before the times of a filter. */
export function wholeDays({ ended_after: after, ended_before: before }: EndedTimes): readonly [string, string] {
  return [
    after === undefined ? '-infinity' : firstFrom(Date.parse(after), DAY_MS),
    before === undefined ? 'infinity' : firstFrom(Date.parse(before), DAY_MS),
  ];
}

/** The same in hours. */
export function wholeHours({ ended_after: after, ended_before: before }: EndedTimes): readonly [string, string] {
  return [
    after === undefined ? '-infinity' : firstFrom(Date.parse(after), HOUR_MS),
    before === undefined ? 'infinity' : firstFrom(Date.parse(before), HOUR_MS),
  ];
}

/**
 * These times with a beginning: a whole hour some weeks before their end, or before now, if none was given, so that requests of the same hour have the same
 * answer and cursor. Throws 400 for too many days.
 */
export function withBeginning<Given extends EndedTimes>(given: Given, now: number): Given {
  const { ended_after: after, ended_before: before } = given;
  const end = before === undefined ? now : Date.parse(before);
  if (after === undefined) {
    const begin = firstFrom(end - DEFAULT_DAYS * DAY_MS, HOUR_MS);
    return begin.endsWith('infinity') ? given : { ...given, ended_after: begin };
  }
  if (end - Date.parse(after) <= MOST_DAYS * DAY_MS) return given;
  const detail = `At most ${MOST_DAYS} days are counted at once: give one that is no later than ${MOST_DAYS} days after ended_after${before === undefined ? ', or a later ended_after' : ''}.`;
  throw badParameters([{ where: 'query.ended_before', detail }]);
}
