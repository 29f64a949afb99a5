import { availableParallelism } from 'node:os';
import type { LoadThreadData, LoadThreadOptions } from './load-thread';
import { loadInThread } from './load-thread';

export type LoadInThreadsOptions = Omit<LoadThreadData, 'partitions'> &
  LoadThreadOptions & {
    /** Default: two where there are so many cores. */
    readonly threads?: number;
  };

const MOST_THREADS = 2;

/** Loads a build by several threads, each with partitions of its own. Ends all of them where one fails. */
export async function loadInThreads({
  onProgress,
  signal,
  program,
  threads,
  ...data
}: LoadInThreadsOptions): Promise<void> {
  const count = Math.min(threads ?? MOST_THREADS, availableParallelism(), data.concurrency, data.identity.partitions);
  const failed = new AbortController();
  const both = AbortSignal.any([signal, failed.signal]);
  const options = { onProgress, signal: both, ...(program !== undefined && { program }) };
  const each = Array.from({ length: count }, (_, thread) =>
    loadInThread(partOf(data, thread, count), options).catch((error: unknown) => {
      failed.abort();
      throw error;
    }),
  );
  for (const one of await Promise.allSettled(each)) if (one.status === 'rejected') throw one.reason;
}

/** A thread's share of partitions, connections and rate. */
function partOf(data: Omit<LoadThreadData, 'partitions'>, thread: number, threads: number): LoadThreadData {
  const all = Array.from({ length: data.identity.partitions }, (_, partition) => partition);
  return {
    ...data,
    partitions: all.filter((partition) => partition % threads === thread),
    concurrency: Math.ceil(data.concurrency / threads),
    recordsPerSecond: data.recordsPerSecond === null ? null : data.recordsPerSecond / threads,
  };
}
