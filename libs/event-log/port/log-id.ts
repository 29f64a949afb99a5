import { randomInt } from 'node:crypto';

import type { Generations, LogIdentity } from './port';

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';
const LENGTH = 12;

/** Creates a unique log id: 12 characters of `[a-z0-9]`. */
export function newLogId(): string {
  return Array.from({ length: LENGTH }, () => ALPHABET.charAt(randomInt(ALPHABET.length))).join('');
}

/** Whether it is the same log, in the same generations. */
export function isSameLog(
  one: Pick<LogIdentity, 'logId' | keyof Generations>,
  other: Pick<LogIdentity, 'logId' | keyof Generations>,
): boolean {
  return (
    one.logId === other.logId &&
    one.logGeneration === other.logGeneration &&
    one.eventGeneration === other.eventGeneration
  );
}

/** Which log, in words. */
export function logInWords({
  logId,
  logGeneration,
  eventGeneration,
}: Pick<LogIdentity, 'logId' | keyof Generations>): string {
  return `log ${logId} (log generation ${logGeneration}, event generation ${eventGeneration})`;
}
