export interface Share {
  /** Partitions to give up. */
  readonly release: readonly number[];
  /** How many more to take. */
  readonly acquire: number;
}

export interface ShareOptions {
  readonly me: string;
  readonly others: readonly string[];
  /** Partitions of the topic. */
  readonly partitions: number;
  /** What this member owns. */
  readonly held: readonly number[];
}

/**
 * Computes what a member of a group should own: as many partitions as the others, the first members (by name) one more where
 * they do not divide evenly. From the same list of members, all compute the same shares, which add up to all partitions. A
 * member keeps what it owns as long as that is within its share.
 */
export function fairShare({ me, others, partitions, held }: ShareOptions): Share {
  const rank = others.filter((other) => other < me).length;
  const members = others.length + 1;
  const share = Math.floor(partitions / members) + (rank < partitions % members ? 1 : 0);
  const inOrder = [...held].sort((a, b) => a - b);
  return { release: inOrder.slice(share), acquire: Math.max(0, share - held.length) };
}
