import { createHash, randomBytes } from 'node:crypto';

/** Begins every key, so that people and secret scanners know one where they see it. */
const BEGINNING = 'mpsl_';
const KEY_BYTES = 32;
/** Characters of a key that are kept, to tell keys apart: 42 bits of its 256. */
const PREFIX_LENGTH = BEGINNING.length + 7;

export interface NewKey {
  /** `mpsl_` and 43 characters of base64url: 256 random bits. Kept nowhere. */
  readonly key: string;
  readonly prefix: string;
  /** Its SHA-256. A key is random, so a slow hash would add nothing. */
  readonly digest: Buffer;
}

/** Makes a key. */
export function newKey(): NewKey {
  const key = BEGINNING + randomBytes(KEY_BYTES).toString('base64url');
  return { key, prefix: key.slice(0, PREFIX_LENGTH), digest: createHash('sha256').update(key).digest() };
}
