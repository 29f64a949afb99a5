import { constants } from 'node:os';
import { pause } from '@mps-ledger/async';
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
  /** The message for a program that a signal stops before `done` was called; null: programs that run until stopped. */
  readonly undone: string | null;
}

export interface Shutdown {
  readonly signal: AbortSignal;
  readonly onClose: OnClose;
  /** The work of a program that runs once is done: from now on a signal leaves nothing undone. */
  readonly done: () => void;
  /** The start has succeeded or failed: the list of closing steps is complete. */
  readonly started: () => void;
  /** Closes everything and exits the process. */
  readonly stop: (exitCode: number) => void;
  readonly fail: (error: unknown) => void;
}

/**
 * Adds a step of closing. Steps run one by one, the last added first, each within `limitMs` (default 10 s). Where a step
 * failed or a limit was exceeded, `cut` (default: nothing) is called just before the process exits: synchronous, harmless
 * where the step was done, for child processes that must not outlive this one.
 */
export type OnClose = (name: string, close: () => Promise<void> | void, limitMs?: number, cut?: () => void) => void;

/** The closing steps added so far. */
function makeClosing() {
  const steps: ClosingStep[] = [];
  const cuts: (() => void)[] = [];
  const onClose: OnClose = (name, close, limitMs = 10_000, cut) => {
    steps.push({ name, close, limitMs });
    if (cut !== undefined) cuts.push(cut);
  };
  return { steps, cuts, onClose };
}

/** Npm passes on a Ctrl-C that the terminal has sent to us as well: the same signal within this time counts once. */
const SAME_SIGNAL_MS = 300;

/** Milliseconds that closing waits for a start that still runs and was told to give up. */
const START_LIMIT_MS = 3000;

/** Turns signals, unexpected errors and calls into one orderly exit of the process. Listens from its creation on. */
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
    if (exitCode === null) logger.error({ err: error }, 'an error while closing');
    else end(() => exitCode, 0);
  };

  onSignals(host, (count, signal) => {
    logger.info({ signal }, count === 1 ? 'stopping' : 'stopping without delay');
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
  // The reader of our output may close it first; that is no failure.
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

/** 0 for a program that runs until stopped; else 128 and the signal's number, as of shells, and prints what is undone. */
function codeOfStopped({ host, undone }: ShutdownOptions, signal: NodeJS.Signals): number {
  if (undone === null) return 0;
  host.stderr.write(`Stopped by ${signal}: ${undone}\n`);
  return 128 + constants.signals[signal];
}

interface Ending extends ShutdownOptions {
  readonly steps: ClosingStep[];
  /** For child processes that must not outlive the process. */
  readonly cuts: readonly (() => void)[];
  readonly startSettled: Promise<void>;
  readonly hurry: AbortSignal;
}

/** Waits for the promise, at most `ms`, and not beyond the signal. */
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
    logger.error({ limit_ms: limitMs }, 'closing took too long; exiting');
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
