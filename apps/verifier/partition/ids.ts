import { createHash } from 'node:crypto';

const EVENT_ID = /^[0-9a-f]{64}$/;

/** A digest that stands for an id: of an event its own bytes, of anything else its SHA-256. */
export function digestOfId(id: string): Buffer {
  return EVENT_ID.test(id) ? Buffer.from(id, 'hex') : createHash('sha256').update(JSON.stringify(id)).digest();
}
