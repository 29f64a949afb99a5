import { createHash } from 'node:crypto';

import type { NewRecord } from './port';

/** Identity of a record: SHA-256 (hex) of its key, headers (by name) and value, each with its length before it. */
export function recordDigest(record: NewRecord): string {
  const hash = createHash('sha256');
  const add = (bytes: Buffer | null): void => {
    hash.update(`${bytes === null ? -1 : bytes.length}:`);
    if (bytes !== null) hash.update(bytes);
  };
  add(record.key);
  for (const [name, value] of Object.entries(record.headers).sort(([a], [b]) => (a < b ? -1 : 1))) {
    add(Buffer.from(name));
    add(Buffer.from(value));
  }
  add(record.value);
  return hash.digest('hex');
}
