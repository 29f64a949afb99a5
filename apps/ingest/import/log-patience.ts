import { backoff, pause } from '@mps-ledger/async';

/** How long a log that takes nothing is waited for. */
export interface LogPatienceOptions {
  /** Called when the log does not take something, before each further attempt. */
  readonly onWaiting: (reason: string, attempt: number) => void;
  readonly signal: AbortSignal;
  /** How long the log may take nothing, in ms. Default 60 s. */
  readonly giveUpMs?: number;
}

/** The log took nothing for too long. */
export class LogGaveNoAnswer extends Error {
  readonly code = 'log-unavailable';
}

/**
 * Begins to count the time. The function that it returns is called after each failed attempt, and resolves when it is time for the next
 * one. It rejects with `LogGaveNoAnswer` where the log took nothing for too long, and once the signal is aborted.
 */
export function beginPatience({ onWaiting, signal, giveUpMs = 60_000 }: LogPatienceOptions) {
  const began = performance.now();
  let attempt = 0;
  return async (reason: string, cause?: unknown): Promise<void> => {
    attempt += 1;
    if (performance.now() - began > giveUpMs) throw new LogGaveNoAnswer(reason, { cause });
    onWaiting(reason, attempt);
    await pause(backoff(attempt), signal);
    signal.throwIfAborted();
  };
}
