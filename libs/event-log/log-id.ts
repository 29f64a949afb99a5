import { randomInt } from 'node:crypto';

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';
const LENGTH = 12;

/** The generation of a log that was not copied from another. */
export const FIRST_GENERATION = 1;

/** A log id that no other log has: 12 characters of `[a-z0-9]`. */
export function newLogId(): string {
  return Array.from({ length: LENGTH }, () => ALPHABET.charAt(randomInt(ALPHABET.length))).join('');
}
