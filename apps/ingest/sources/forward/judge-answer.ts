import type { HandlerAnswer } from './handler';

/** What an answer means: the notification is done, it is passed over, or it is sent again. */
export type HandlerVerdict =
  | { readonly verdict: 'accepted' }
  | { readonly verdict: 'refused'; readonly reason: string }
  | { readonly verdict: 'again'; readonly reason: string; readonly notBeforeMs: number };

/** Answers of 4xx after which the same request may succeed later: timeout, too early, too many requests. */
const TRANSIENT = [408, 425, 429];
const LOOP_DETECTED = 508;
const MAX_RETRY_AFTER_MS = 5 * 60_000;

/** Judges an answer. Pure. */
export function judgeAnswer({ status, retryAfter }: HandlerAnswer, now: number): HandlerVerdict {
  if (status >= 200 && status < 300) return { verdict: 'accepted' };
  if (status === LOOP_DETECTED)
    return { verdict: 'refused', reason: `answered ${status}: forward_to leads back to this ledger` };
  if (status >= 400 && status < 500 && !TRANSIENT.includes(status))
    return { verdict: 'refused', reason: `answered ${status}` };
  const isRedirect = status >= 300 && status < 400;
  const reason = isRedirect
    ? `answered ${status}, a redirect, which is not followed: set forward_to to the address itself`
    : `answered ${status}`;
  return { verdict: 'again', reason, notBeforeMs: millisecondsIn(retryAfter, now) };
}

/** The time that a header `Retry-After` asks for, seconds or a date, at most five minutes. */
function millisecondsIn(retryAfter: string | undefined, now: number): number {
  if (retryAfter === undefined) return 0;
  const ms = /^\d{1,9}$/.test(retryAfter) ? Number(retryAfter) * 1000 : Date.parse(retryAfter) - now;
  return Number.isNaN(ms) ? 0 : Math.min(MAX_RETRY_AFTER_MS, Math.max(0, ms));
}
