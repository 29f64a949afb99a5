import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { LogIdentity } from '@mps-ledger/event-log';
import type { TaskEventType } from '@mps-ledger/tasks';
import type { DeriveMetrics } from './derive';
import type { DeriveProblem } from './derive-state';
import type { Deriving } from './deriving';
import type { IngestConfig } from '../ingest.config';

/** The thread's input. */
export interface DeriveThreadData {
  readonly config: IngestConfig;
}

/** A command to the thread: derive this log, or stop. */
export type DeriveThreadCommand = { readonly derive: LogIdentity } | 'stop';

/**
 * A message of the thread: types of events that it appended; why it could not interpret a record; whether a record that was read
 * again was intact; the code of a failure; and, every second, the problems.
 */
export type DeriveThreadMessage =
  | { readonly appended: readonly TaskEventType[] }
  | { readonly notInterpreted: string }
  | { readonly intactAgain: boolean }
  | { readonly failed: string }
  | { readonly problems: readonly DeriveProblem[] };

/** Between two reports of the thread's problems, in ms. */
export const REPORT_INTERVAL_MS = 1_000;
/** A thread without a report for so long counts as stalled; the largest notification takes a few seconds. */
const MAX_SILENCE_MS = 20_000;

export interface DeriveThreadOptions extends DeriveThreadData {
  /** Called when the thread ends unexpectedly. */
  readonly fail: (error: unknown) => void;
  /** The thread's program. Default: `derive-worker.js`. */
  readonly program?: string;
}

export interface DeriveThread {
  /** Starts deriving; to be called once. */
  derive(metrics: DeriveMetrics, log: LogIdentity): Deriving;
  /** Finishes what is in flight and ends the thread. */
  stop(): Promise<void>;
}

const PROGRAM = join(__dirname, 'derive-worker.js');

/**
 * Starts a thread that derives, on command, with its own log: deriving uses another core than receiving, and callbacks never
 * wait for it. Ends with the process.
 */
export function startDeriveThread({ config, fail, program = PROGRAM }: DeriveThreadOptions): DeriveThread {
  const workerData: DeriveThreadData = { config };
  const thread = new Worker(program, { name: 'derive', workerData });
  const send = (task: DeriveThreadCommand): void => thread.postMessage(task);
  let isExpected = false;
  thread.on('error', (error) => {
    isExpected = true;
    fail(error);
  });
  const ended = new Promise<void>((resolve) => {
    thread.on('exit', (code) => {
      if (!isExpected) fail(new Error(`the derive thread ended unexpectedly (exit code ${code})`));
      resolve();
    });
  });
  const stop = async (): Promise<void> => {
    isExpected = true;
    send('stop');
    await ended;
  };
  return {
    derive(metrics, log) {
      const reported = listenTo(thread, metrics);
      send({ derive: log });
      return { ...reported, stop };
    },
    stop,
  };
}

/** Counts the thread's messages, and keeps its last problems. */
function listenTo(thread: Worker, metrics: DeriveMetrics): Pick<Deriving, 'problems'> {
  let problems: readonly DeriveProblem[] = [];
  let reportedAt = performance.now();
  thread.on('message', (message: DeriveThreadMessage) => {
    reportedAt = performance.now();
    if ('appended' in message) metrics.appended(message.appended);
    else if ('notInterpreted' in message) metrics.notInterpreted(message.notInterpreted);
    else if ('intactAgain' in message) metrics.readAgain(message.intactAgain);
    else if ('failed' in message) metrics.failed(message.failed);
    else problems = message.problems;
  });
  return {
    problems() {
      const silentMs = performance.now() - reportedAt;
      if (silentMs < MAX_SILENCE_MS) return problems;
      const since = new Date(Date.now() - silentMs).toISOString();
      const reason = `the derive thread has not reported for ${Math.round(silentMs / 1_000)} s`;
      return [...problems, { partition: null, code: 'stalled', reason, since }];
    },
  };
}
