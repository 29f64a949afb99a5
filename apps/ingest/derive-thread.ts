import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { TaskEventType } from '@mps-ledger/tasks';
import type { DeriveMetrics } from './derive';
import type { Deriving } from './deriving';
import type { IngestConfig } from './ingest.config';

/** What the thread is given to work with. */
export interface DeriveThreadData {
  readonly config: IngestConfig;
}

/** What it says: types of events that it appended; why it could not interpret something. */
export type DeriveThreadSays = { readonly appended: readonly TaskEventType[] } | { readonly notInterpreted: string };

export interface DeriveThreadOptions extends DeriveThreadData {
  readonly metrics: DeriveMetrics;
  /** Told when the thread ends without having been asked to. */
  readonly fail: (error: unknown) => void;
  /** A spec's own, in place of the thread's program. */
  readonly program?: string;
}

const PROGRAM = join(__dirname, 'derive-worker.js');

/**
 * Derives in a thread of its own, over a log of its own: a process that receives has another core for it, and what a source
 * waits for never waits for deriving. Ends with the process.
 */
export function startDeriveThread({ config, metrics, fail, program = PROGRAM }: DeriveThreadOptions): Deriving {
  const workerData: DeriveThreadData = { config };
  const thread = new Worker(program, { name: 'derive', workerData });
  let isExpected = false;
  thread.on('message', (says: DeriveThreadSays) => {
    if ('appended' in says) metrics.appended(says.appended);
    else metrics.notInterpreted(says.notInterpreted);
  });
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
  return {
    async stop() {
      isExpected = true;
      thread.postMessage('stop');
      await ended;
    },
  };
}
