import { coalesce } from '@mps-ledger/async';

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
