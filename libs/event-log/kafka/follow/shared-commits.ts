import { coalesce, pause, unlessAborted } from '@mps-ledger/async';

import { pauseAfter } from '../../follow/partition-loop';
import { OwnershipLost } from '../../port/errors';
import { toLogError } from '../faults';

export interface PartitionPosition {
  readonly partition: number;
  readonly position: number;
}

/** Resolves when the position, or a later one of the same partition, is written; rejects with the error of its request. */
export type Commit = (partition: number, position: number) => Promise<void>;

/**
 * Coalesces commits: those that arrive while a request is in flight go together in the next one. Brokers answer each request when
 * it is on disk, and a process has many partitions.
 */
export function shareCommits(send: (positions: readonly PartitionPosition[]) => Promise<void>): Commit {
  const waiting = new Map<number, number>();
  const sendWaiting = coalesce(() => {
    const positions = [...waiting].map(([partition, position]) => ({ partition, position }));
    waiting.clear();
    return send(positions);
  });
  return (partition, position) => {
    waiting.set(partition, position);
    return sendWaiting();
  };
}

const MAX_TRIES = 3;

/** Commits with a few retries, as a failed commit repeats its batch. Rejects with a LogError, at once when the signal is aborted. */
export function retryCommits(commit: Commit, signal: AbortSignal): Commit {
  return async (partition, position) => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await unlessAborted(signal, commit(partition, position));
        return;
      } catch (error) {
        if (error instanceof OwnershipLost) throw error;
        if (attempt === MAX_TRIES || signal.aborted) throw toLogError(error);
        await pause(pauseAfter(attempt));
      }
    }
  };
}
