import { hash, timingSafeEqual } from 'node:crypto';

import type { Envelope } from '../envelope/envelope';

export type SignatureVerdict = 'valid' | 'missing' | 'wrong' | 'expired';

/**
 * Checks an envelope's Sign: the MD5 (hex) of its Timestamp in decimal followed by the notify key (NotifyKey in the vendor's
 * TaskNotifyConfig). Timestamp is the time at which the signature expires. The signature covers neither body nor TaskId: it shows
 * only that the sender knew the key, or replays a signature of someone who did.
 *
 * @param keys the keys in use; several while a key is being rotated
 * @param nowMs the time at which the notification was received, unix milliseconds
 * @param skewSeconds how much the two clocks may differ
 * @returns `wrong` if no key matches, also for an expired signature; in constant time for a given number of keys
 */
export function verifySign(
  envelope: Pick<Envelope, 'timestamp' | 'sign'>,
  keys: readonly string[],
  nowMs: number,
  skewSeconds = 60,
): SignatureVerdict {
  const { timestamp, sign } = envelope;
  if (timestamp === null || sign === null) return 'missing';
  if (!/^[0-9a-f]{32}$/i.test(sign)) return 'wrong';
  const given = new Uint8Array(Array.from({ length: 16 }, (_, at) => parseInt(sign.slice(2 * at, 2 * at + 2), 16)));
  const matches = keys.map((key) => timingSafeEqual(given, md5(timestamp + key)));
  if (!matches.includes(true)) return 'wrong';
  return nowMs > (Number(timestamp) + skewSeconds) * 1000 ? 'expired' : 'valid';
}

function md5(text: string): Uint8Array {
  return hash('md5', text, 'buffer');
}
