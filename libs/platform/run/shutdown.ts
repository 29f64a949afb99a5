import { constants } from 'node:os';
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
  /** In words, what a signal leaves undone until `done` was called; null: to be stopped is how the program ends. */
  readonly undone: string | null;
}

export interface Shutdown {
  readonly signal: AbortSignal;
  readonly onClose: OnClose;
  /** What the program is there for is done: a signal leaves nothing undone. */
  readonly done: () => void;
  /** The start is over, well or not: steps of closing are complete. */
  readonly started: () => void;
  /** Closes everything and ends the process. */
  readonly stop: (exitCode: number) => void;
  readonly fail: (error: unknown) => void;
}

/**
 * Adds a step of closing. Steps run one by one, the last added first, each within `limitMs` (default 10 s). Where any step
 * went wrong or closing as a whole took too long, `cut` (default: nothing) is called just before the process ends: synchronous,
 * harmless where the step was done, for what must not outlive the process.
 */
export type OnClose = (name: string, close: () => Promise<void> | void, limitMs?: number, cut?: () => void) => void;

/** What is to be closed, as far as it is known. */
function makeClosing() {
  const steps: ClosingStep[] = [];
  const cuts: (() => void)[] = [];
  const onClose: OnClose = (name, close, limitMs = 10_000, cut) => {
    steps.push({ name, close, limitMs });
    if (cut !== undefined) cuts.push(cut);
  };
  return { steps, cuts, onClose };
}

/** Npm passes a Ctrl-C on that the terminal has sent to us as well: the same signal within this time is one signal. */
const SAME_SIGNAL_MS = 300;

/** How long closing waits for a start that is still under way, and has been told to give up. */
const START_LIMIT_MS = 3000;

/** Turns signals, unforeseen errors and calls into one orderly end of the process. Listens from the moment it is made. */
export function makeShutdown(options: ShutdownOptions): Shutdown {
  const { host, logger, health } = options;
  const closing = makeClosing();
  const stopping = new AbortController();
  const hurry = new AbortController();
  let settleStart = (): void => undefined;
  const startSettled = new Promise<void>((resolve) => (settleStart = resolve));
  let ending = false;
  let done = false;

  const end = (exitCode: () => number, delay: number): void => {
    if (ending) return;
    ending = true;
    health.beginShutdown();
    stopping.abort();
    void endProcess({ ...options, ...closing, startSettled, hurry: hurry.signal }, exitCode, delay);
  };
  const fail = (error: unknown): void => {
    const exitCode = ending ? null : reportFailure(host, error, logger);
    if (exitCode === null) logger.error({ err: error }, 'failed while closing');
    else end(() => exitCode, 0);
  };

  onSignals(host, (count, signal) => {
    logger.info({ signal }, count === 1 ? 'stopping' : 'stopping in a hurry');
    if (count > 2) host.exit(1);
    if (count > 1) hurry.abort();
    else end(() => (done ? 0 : codeOfStopped(options, signal)), signal === 'SIGTERM' ? options.delayMs : 0);
  });
  onFaults(host, fail);

  return {
    signal: stopping.signal,
    onClose: closing.onClose,
    done: () => void (done = true),
    started: settleStart,
    stop: (exitCode) => end(() => exitCode, 0),
    fail,
  };
}

function onFaults(host: NodeJS.Process, fail: (error: unknown) => void): void {
  host.on('uncaughtException', fail);
  host.on('unhandledRejection', fail);
  // Whoever reads our output may go away first; that is no reason to fail.
  for (const stream of [host.stdout, host.stderr]) stream.on('error', () => undefined);
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

/** 0 where to be stopped is how it ends; else what a shell gives for the signal (128 and its number), saying what is undone. */
function codeOfStopped({ host, undone }: ShutdownOptions, signal: NodeJS.Signals): number {
  if (undone === null) return 0;
  host.stderr.write(`Stopped by ${signal}: ${undone}\n`);
  return 128 + constants.signals[signal];
}

interface Ending extends ShutdownOptions {
  readonly steps: ClosingStep[];
  /** For what must not outlive the process. */
  readonly cuts: readonly (() => void)[];
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
  { host, logger, limitMs, steps, cuts, startSettled, hurry }: Ending,
  exitCodeOf: () => number,
  delay: number,
): Promise<void> {
  await pause(delay, hurry);
  const limit = setTimeout(() => {
    logger.error({ limit_ms: limitMs }, 'closing took too long, the process ends');
    for (const cut of cuts) cut();
    host.exit(1);
  }, limitMs);
  await within(Math.min(START_LIMIT_MS, limitMs / 2), startSettled, hurry);
  const wrong = await runClosingSteps(steps, logger, hurry);
  clearTimeout(limit);
  const exitCode = exitCodeOf();
  if (wrong.length > 0) for (const cut of cuts) cut();
  logger.info({ exit_code: exitCode, ...(wrong.length === 0 ? {} : { not_closed: wrong }) }, 'stopped');
  host.exit(exitCode);
}
