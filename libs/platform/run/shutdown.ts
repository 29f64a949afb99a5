import { pause } from '../backoff';
import type { Health } from '../health/make-health';
import type { Logger } from '../logging/make-logger';
import { runClosingSteps, type ClosingStep } from './closing-steps';
import { reportFailure } from './report-failure';

export interface ShutdownOptions {
  readonly host: NodeJS.Process;
  readonly logger: Logger;
  readonly health: Health;
  /** Between SIGTERM and closing. */
  readonly delayMs: number;
  /** Closing as a whole. */
  readonly limitMs: number;
}

export interface Shutdown {
  readonly signal: AbortSignal;
  readonly onClose: (name: string, close: () => Promise<void> | void, limitMs?: number) => void;
  /** The start is over, well or not: steps of closing are complete. */
  readonly started: () => void;
  /** Closes everything and ends the process. */
  readonly stop: (exitCode: number) => void;
  readonly fail: (error: unknown) => void;
}

/** Npm passes a Ctrl-C on that the terminal has sent to us as well: the same signal within this time is one signal. */
const SAME_SIGNAL_MS = 300;

/** How long closing waits for a start that is still under way, and has been told to give up. */
const START_LIMIT_MS = 3000;

/** Turns signals, unforeseen errors and calls into one orderly end of the process. Listens from the moment it is made. */
export function makeShutdown(options: ShutdownOptions): Shutdown {
  const { host, logger, health, delayMs } = options;
  const steps: ClosingStep[] = [];
  const stopping = new AbortController();
  const hurry = new AbortController();
  let settleStart = (): void => undefined;
  const startSettled = new Promise<void>((resolve) => (settleStart = resolve));
  let ending = false;

  const end = (exitCode: number, delay: number): void => {
    if (ending) return;
    ending = true;
    health.beginShutdown();
    stopping.abort();
    void endProcess({ ...options, steps, startSettled, hurry: hurry.signal }, exitCode, delay);
  };
  const fail = (error: unknown): void => {
    if (ending) logger.error({ err: error }, 'failed while closing');
    else end(reportFailure(host, error, logger), 0);
  };

  onSignals(host, (count, signal) => {
    logger.info({ signal }, count === 1 ? 'stopping' : 'stopping in a hurry');
    if (count > 2) host.exit(1);
    if (count > 1) hurry.abort();
    else end(0, signal === 'SIGTERM' ? delayMs : 0);
  });
  host.on('uncaughtException', fail);
  host.on('unhandledRejection', fail);
  // Whoever reads our output may go away first; that is no reason to fail.
  for (const stream of [host.stdout, host.stderr]) stream.on('error', () => undefined);

  return {
    signal: stopping.signal,
    onClose: (name, close, limitMs = 10_000) => void steps.push({ name, close, limitMs }),
    started: settleStart,
    stop: (exitCode) => end(exitCode, 0),
    fail,
  };
}

function onSignals(host: NodeJS.Process, act: (count: number, signal: NodeJS.Signals) => void): void {
  let count = 0;
  let last = { signal: '', at: 0 };
  const on = (signal: NodeJS.Signals) => (): void => {
    const again = last.signal === signal && Date.now() - last.at < SAME_SIGNAL_MS;
    last = { signal, at: Date.now() };
    if (!again) act(++count, signal);
  };
  host.on('SIGTERM', on('SIGTERM'));
  host.on('SIGINT', on('SIGINT'));
}

interface Ending extends ShutdownOptions {
  readonly steps: ClosingStep[];
  readonly startSettled: Promise<void>;
  readonly hurry: AbortSignal;
}

/** Waits for it, but not longer than `ms`, nor beyond the signal. */
async function within(ms: number, awaited: Promise<void>, signal: AbortSignal): Promise<void> {
  const done = new AbortController();
  const either = AbortSignal.any([signal, done.signal]);
  await Promise.race([awaited, pause(ms, either)]);
  done.abort();
}

async function endProcess(
  { host, logger, limitMs, steps, startSettled, hurry }: Ending,
  exitCode: number,
  delay: number,
): Promise<void> {
  await pause(delay, hurry);
  const limit = setTimeout(() => {
    logger.error({ limit_ms: limitMs }, 'closing took too long, the process ends');
    host.exit(1);
  }, limitMs);
  await within(Math.min(START_LIMIT_MS, limitMs / 2), startSettled, hurry);
  const wrong = await runClosingSteps(steps, logger, hurry);
  clearTimeout(limit);
  logger.info({ exit_code: exitCode, ...(wrong.length === 0 ? {} : { not_closed: wrong }) }, 'stopped');
  host.exit(exitCode);
}
