import { hash, timingSafeEqual } from 'node:crypto';

import type { Envelope } from '../envelope/envelope';

export type SignatureVerdict =
  /** `key`: the place of the key that made it, from 0 on; the last, where a key is given twice. */
  { readonly verdict: 'valid' | 'expired'; readonly key: number } | { readonly verdict: 'missing' | 'wrong' };

/** What receive found of a signature: of a source without keys `none`. */
export type Signature =
  | { readonly verdict: 'none' }
  /** `key`: which of the source's keys made it, from 1 on. */
  | { readonly verdict: 'valid'; readonly key: number }
  /** `by`: seconds between its expiry and the arrival of the notification. */
  | { readonly verdict: 'expired'; readonly by: number };

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
  if (timestamp === null || sign === null) return { verdict: 'missing' };
  if (!/^[0-9a-f]{32}$/i.test(sign)) return { verdict: 'wrong' };
  const given = new Uint8Array(Array.from({ length: 16 }, (_, at) => parseInt(sign.slice(2 * at, 2 * at + 2), 16)));
  const matches = keys.map((key) => timingSafeEqual(given, md5(timestamp + key)));
  const key = matches.lastIndexOf(true);
  if (key < 0) return { verdict: 'wrong' };
  return { verdict: nowMs > (Number(timestamp) + skewSeconds) * 1000 ? 'expired' : 'valid', key };
}

function md5(text: string): Uint8Array {
  return hash('md5', text, 'buffer');
}
