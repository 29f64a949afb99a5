import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { TopicPartition } from '@mps-ledger/consuming';
import type { Database } from '@mps-ledger/database';
import type { LogIdentity } from '@mps-ledger/event-log';
import type { LedgerToolConfig } from '@mps-ledger/platform';
import type { LogEnds } from './load';

/** What one thread loads, and where. */
export interface LoadThreadData {
  readonly config: LedgerToolConfig;
  readonly database: Pick<Database, 'url' | 'pooler'>;
  readonly schema: string;
  readonly identity: LogIdentity;
  readonly ends: LogEnds;
  readonly partitions: readonly number[];
  readonly concurrency: number;
  readonly recordsPerSecond: number | null;
}

/** A message of the thread: how far a partition is, or why it ended before all was loaded. */
export type LoadThreadMessage =
  | { readonly at: TopicPartition; readonly position: number }
  | { readonly failed: { readonly message: string; readonly code: string | null } };

export interface LoadThreadOptions {
  readonly onProgress: (at: TopicPartition, position: number) => void;
  /** Ends the thread: what is not committed then is not applied. */
  readonly signal: AbortSignal;
  /** The thread's program. Default: `load-worker.js`. */
  readonly program?: string;
}

/** The thread of a load failed; `code` is that of its failure. */
export class LoadThreadFailed extends Error {
  constructor(
    message: string,
    readonly code: string | null,
  ) {
    super(message);
  }
}

const PROGRAM = join(__dirname, 'load-worker.js');

/**
 * Most of what is made of a batch is garbage once it is written: with more room for what is young it is collected less often, and less of it
 * is taken for old.
 */
const YOUNG_MIB = 96;

/** Loads partitions in a thread, with a log and connections of its own: what is made of records takes more time than a core has. */
export function loadInThread(workerData: LoadThreadData, options: LoadThreadOptions): Promise<void> {
  const { onProgress, signal, program = PROGRAM } = options;
  const thread = new Worker(program, {
    ...{ name: 'load', workerData },
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MIB },
  });
  const stop = (): void => thread.postMessage('stop');
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  let failure: Error | null = null;
  thread.on('message', (message: LoadThreadMessage) => {
    if ('at' in message) onProgress(message.at, message.position);
    else failure = new LoadThreadFailed(message.failed.message, message.failed.code);
  });
  thread.on('error', (error) => (failure = error));
  return new Promise((resolve, reject) => {
    thread.on('exit', (code) => {
      signal.removeEventListener('abort', stop);
      failure ??= code === 0 ? null : new Error(`a thread of the load ended with exit code ${code}`);
      if (failure === null) resolve();
      else reject(failure);
    });
  });
}
