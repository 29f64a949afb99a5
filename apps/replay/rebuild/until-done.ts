import { makeLogRateLimiter } from '@mps-ledger/async';
import { backoff, pause, type Logger } from '@mps-ledger/platform';
import { isFinalFailure } from './load/final-failures';

/** Between two log lines, in ms. */
const TELL_MS = 5_000;

/**
 * Does work again until it succeeds: a database or a broker that is restarted ends nothing. Rejects with a failure that does not pass by itself, or
 * with the signal's reason. The work must be safe to repeat.
 */
export async function untilDone<Answer>(
  work: () => Promise<Answer>,
  { logger, signal }: { readonly logger: Logger; readonly signal: AbortSignal },
): Promise<Answer> {
  const limiter = makeLogRateLimiter(TELL_MS);
  for (let attempt = 1; ; attempt += 1) {
    signal.throwIfAborted();
    try {
      return await work();
    } catch (error) {
      if (isFinalFailure(error) || !isOfServices(error)) throw error;
      if (limiter.pass('retry') !== null)
        logger.warn({ err: error, attempt }, 'the database or the log failed; retrying');
      await pause(backoff(attempt), signal);
    }
  }
}

/** Failures of services have a code; ones without are defects of ours. */
function isOfServices(error: unknown): boolean {
  return error instanceof Error && ('code' in error || /connection|timeout/i.test(error.message));
}
