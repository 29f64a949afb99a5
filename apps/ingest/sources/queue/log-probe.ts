import type { LogIdentity } from '@mps-ledger/event-log';
import { coalesce, withTimeout } from '@mps-ledger/async';
import { closedCodeOf, type ClosedCode } from '../receive-result';

export interface LogProbeOptions {
  /** The log, or why nothing may be received into it. */
  readonly log: () => LogIdentity | ClosedCode;
  /** Reads something of the log. */
  readonly read: () => Promise<unknown>;
  /** The log is read at most this often, whatever the number of sources. Default once in 1000 ms. */
  readonly everyMs?: number;
  /** A log that does not answer in this time is not there. Default 2000. */
  readonly limitMs?: number;
}

/** Looks whether the log is there, before messages are received that could not be logged. Answers null if it is; never rejects. */
export function makeLogProbe(options: LogProbeOptions): () => Promise<ClosedCode | null> {
  const { log, read, everyMs = 1000, limitMs = 2000 } = options;
  let seenAt = -Infinity;
  const look = coalesce(async (): Promise<ClosedCode | null> => {
    try {
      await withTimeout(read(), limitMs, () => new Error(`the log did not answer within ${limitMs} ms`));
      seenAt = performance.now();
      return null;
    } catch (error) {
      return closedCodeOf(error);
    }
  });
  return () => {
    const identity = log();
    if (typeof identity === 'string') return Promise.resolve(identity);
    return performance.now() - seenAt < everyMs ? Promise.resolve(null) : look();
  };
}
