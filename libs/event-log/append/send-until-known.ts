import { backoff, NO_JITTER, pause } from '@mps-ledger/async';

import { LogError, LogUnavailable } from '../port/errors';
import type { Send } from './partition-queue';

const RETRY_PAUSES = { firstMs: 50, longestMs: 1_000, random: NO_JITTER };

/**
 * Retries a send with an unknown outcome until it is known, before anything else is sent to that partition: later appends must
 * not overtake it. Appends past their deadline are not sent again.
 */
export function sendUntilKnown(send: Send): Send {
  return async (outgoing) => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await send(outgoing);
      } catch (error) {
        if (error instanceof LogError && !(error instanceof LogUnavailable)) throw error;
        await pause(backoff(attempt, RETRY_PAUSES));
        if (outgoing.take().records.length === 0) return undefined;
      }
    }
  };
}
