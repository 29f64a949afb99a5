/** Ends by followed topic, then by partition. */
export type ReadEnds = ReadonlyMap<string, readonly number[]>;

/**
 * The highest end seen of each partition. An end counts once two readings in a row report it, as a single one may be wrong and what
 * was seen is stored permanently. Only rises.
 */
export class SeenEnds {
  private last: ReadEnds = new Map();
  private readonly ends = new Map<string, number[]>();

  record(read: ReadEnds): void {
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
