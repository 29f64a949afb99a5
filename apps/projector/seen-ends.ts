/** Ends by the topic that is followed, then by partition. */
export type ReadEnds = ReadonlyMap<string, readonly number[]>;

/**
 * How far the log was seen to reach: as far as two readings in a row say, since a single one may have arrived wrong, and what is
 * seen is kept for good. Only rises.
 */
export class SeenEnds {
  private last: ReadEnds = new Map();
  private readonly ends = new Map<string, number[]>();

  take(read: ReadEnds): void {
    for (const [topic, those] of read) {
      const seen = this.ends.get(topic) ?? [];
      this.ends.set(topic, seen);
      those.forEach((end, partition) => {
        const both = Math.min(end, this.last.get(topic)?.[partition] ?? 0);
        seen[partition] = Math.max(seen[partition] ?? 0, both);
      });
    }
    this.last = read;
  }

  of(topic: string, partition: number): number {
    return this.ends.get(topic)?.[partition] ?? 0;
  }
}
