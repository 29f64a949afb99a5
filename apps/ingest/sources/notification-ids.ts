import { randomFillSync } from 'node:crypto';
import { v7 } from 'uuid';

/** Random bytes of one id, and the number of ids drawn at once: drawing costs more than the rest of an id. */
const ID_BYTES = 16;
const IDS_AT_ONCE = 256;

/** Creates ids of notifications: UUIDv7, so that they begin with the time, to the millisecond. */
export function makeNotificationIds(): () => string {
  const pool = new Uint8Array(ID_BYTES * IDS_AT_ONCE);
  let used = pool.length;
  return () => {
    if (used === pool.length) {
      randomFillSync(pool);
      used = 0;
    }
    used += ID_BYTES;
    return v7({ random: pool.subarray(used - ID_BYTES, used) });
  };
}
