export interface PartitionPosition {
  readonly partition: number;
  readonly position: number;
}

/** Resolves when the position, or a later one of the same partition, is written; rejects as the request did that had it. */
export type Commit = (partition: number, position: number) => Promise<void>;

/**
 * Commits that are asked for while one is under way go together in the next one: each is a request that the brokers answer
 * when it is on disk, and a process has many partitions.
 */
export function shareCommits(send: (positions: readonly PartitionPosition[]) => Promise<void>): Commit {
  let underWay: Promise<unknown> = Promise.resolve();
  let next: { readonly positions: Map<number, number>; readonly sent: Promise<void> } | undefined;
  return (partition, position) => {
    next ??= begin(underWay, (positions) => {
      next = undefined;
      return send([...positions].map(([of, at]) => ({ partition: of, position: at })));
    });
    next.positions.set(partition, position);
    underWay = next.sent.catch(() => undefined);
    return next.sent;
  };
}

function begin(before: Promise<unknown>, send: (positions: ReadonlyMap<number, number>) => Promise<void>) {
  const positions = new Map<number, number>();
  return { positions, sent: before.then(() => send(positions)) };
}
