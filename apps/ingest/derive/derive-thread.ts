import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { LogIdentity } from '@mps-ledger/event-log';
import type { TaskEventType } from '@mps-ledger/tasks';
import type { DeriveMetrics } from './derive';
import type { DeriveProblem } from './derive-state';
import type { Deriving } from './deriving';
import type { IngestConfig } from '../ingest.config';

/** What the thread is given to work with. */
export interface DeriveThreadData {
  readonly config: IngestConfig;
}

/** A command to the thread: derive this log, or stop. */
export type DeriveThreadTask = { readonly derive: LogIdentity } | 'stop';

/**
 * What it says: types of events that it appended; why it could not interpret something; whether a record that was read again held
 * together; the code of a failure; and, every second, what stands still.
 */
export type DeriveThreadSays =
  | { readonly appended: readonly TaskEventType[] }
  | { readonly notInterpreted: string }
  | { readonly heldAgain: boolean }
  | { readonly failed: string }
  | { readonly problems: readonly DeriveProblem[] };

/** Between two signs of life of the thread, in ms. */
export const SAYS_EVERY_MS = 1_000;
/** A thread that says nothing for so long stands still; the largest notification keeps it for a few seconds. */
const SILENT_MS = 20_000;

export interface DeriveThreadOptions extends DeriveThreadData {
  /** Told when the thread ends without having been asked to. */
  readonly fail: (error: unknown) => void;
  /** A spec's own, in place of the thread's program. */
  readonly program?: string;
}

export interface DeriveThread {
  /** Begins to derive; to be called once. */
  derive(metrics: DeriveMetrics, log: LogIdentity): Deriving;
  /** Finishes what is under way and ends the thread. */
  stop(): Promise<void>;
}

const PROGRAM = join(__dirname, 'derive-worker.js');

/**
 * Starts a thread that derives, once it is told to, over a log of its own: a process that receives has another core for it,
 * and what a source waits for never waits for deriving. Ends with the process.
 */
export function startDeriveThread({ config, fail, program = PROGRAM }: DeriveThreadOptions): DeriveThread {
  const workerData: DeriveThreadData = { config };
  const thread = new Worker(program, { name: 'derive', workerData });
  const tell = (task: DeriveThreadTask): void => thread.postMessage(task);
  let isExpected = false;
  thread.on('error', (error) => {
    isExpected = true;
    fail(error);
  });
  const ended = new Promise<void>((resolve) => {
    thread.on('exit', (code) => {
      if (!isExpected) fail(new Error(`the thread that derives ended by itself (exit code ${code})`));
      resolve();
    });
  });
  const stop = async (): Promise<void> => {
    isExpected = true;
    tell('stop');
    await ended;
  };
  return {
    derive(metrics, log) {
      const heard = listenTo(thread, metrics);
      tell({ derive: log });
      return { ...heard, stop };
    },
    stop,
  };
}

/** Counts what the thread says, and keeps what it says last of what stands still. */
function listenTo(thread: Worker, metrics: DeriveMetrics): Pick<Deriving, 'problems'> {
  let problems: readonly DeriveProblem[] = [];
  let heardAt = performance.now();
  thread.on('message', (says: DeriveThreadSays) => {
    heardAt = performance.now();
    if ('appended' in says) metrics.appended(says.appended);
    else if ('notInterpreted' in says) metrics.notInterpreted(says.notInterpreted);
    else if ('heldAgain' in says) metrics.readAgain(says.heldAgain);
    else if ('failed' in says) metrics.failed(says.failed);
    else problems = says.problems;
  });
  return {
    problems() {
      const silentMs = performance.now() - heardAt;
      if (silentMs < SILENT_MS) return problems;
      const since = new Date(Date.now() - silentMs).toISOString();
      const reason = `the thread that derives has said nothing for ${Math.round(silentMs / 1_000)} s`;
      return [...problems, { partition: null, code: 'stalled', reason, since }];
    },
  };
}
