import { OutOfRange } from '../../port/errors';
import type { PartitionSource } from '../../follow/partition-loop';
import type { Feed } from './feed';
import type { Range } from '../ranges';

export interface PartitionSourceOptions {
  readonly topic: string;
  readonly partition: number;
  readonly feed: Feed;
  /** The partition's range, read now. */
  readonly readRange: () => Promise<Range>;
  readonly readProgress: () => Promise<number | null>;
}

/** The `PartitionSource` of a partition of the Kafka log. */
export function makePartitionSource(options: PartitionSourceOptions): PartitionSource {
  const { topic, partition, feed } = options;
  return {
    progress: async () => (await options.readProgress()) ?? 0,
    async check(position) {
      refuseBeyond(topic, partition, position, await options.readRange());
    },
    next: (position, signal) => feed.next(position, signal),
  };
}

/** Throws `OutOfRange` for a position that a partition does not have. */
export function refuseBeyond(topic: string, partition: number, position: number, { low, high }: Range): void {
  if (Number.isSafeInteger(position) && position >= low && position <= high) return;
  throw new OutOfRange(topic, partition, position, high);
}
