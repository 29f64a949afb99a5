import type { Cluster } from 'kafkajs';

import { LogUnavailable } from '../port/errors';
import { partitionsOf, type Reader } from './reader';

/** The offsets of a partition: from `low` to before `high`. */
export interface Range {
  readonly low: number;
  readonly high: number;
}

/** Reads the position after the last record, of the first `most` partitions. Rejects with a LogError. */
export function readEnds(reader: Reader, topic: string, most = Infinity): Promise<number[]> {
  return reader.use(async (cluster) => {
    const { length } = await partitionsOf(cluster, topic);
    return offsetsOf(cluster, topic, Math.min(length, most), false);
  });
}

/** Reads the range of each partition. Rejects with a LogError. */
export function readRanges(reader: Reader, topic: string): Promise<Range[]> {
  return reader.use(async (cluster) => {
    const { length } = await partitionsOf(cluster, topic);
    const lows = await offsetsOf(cluster, topic, length, true);
    const highs = await offsetsOf(cluster, topic, length, false);
    return highs.map((high, partition) => ({ low: lows[partition] ?? 0, high }));
  });
}

/** Reads a group's progress in the first `most` partitions; null where it has none. Rejects with a LogError. */
export function readProgress(
  reader: Reader,
  group: string,
  topic: string,
  most = Infinity,
): Promise<(number | null)[]> {
  return reader.use(async (cluster) => {
    const length = Math.min((await partitionsOf(cluster, topic)).length, most);
    const coordinator = await cluster.findGroupCoordinator({ groupId: group });
    // The types of kafkajs require an offset that the request does not have.
    const partitions = Array.from({ length }, (_, partition) => ({ partition, offset: '' }));
    const { responses } = await coordinator.offsetFetch({ groupId: group, topics: [{ topic, partitions }] });
    const offsets = inOrder(responses.find((one) => one.topic === topic)?.partitions ?? [], topic, length);
    return offsets.map((offset) => (offset < 0 ? null : offset));
  });
}

async function offsetsOf(cluster: Cluster, topic: string, length: number, fromBeginning: boolean): Promise<number[]> {
  const partitions = Array.from({ length }, (_, partition) => ({ partition }));
  const [answer] = await cluster.fetchTopicsOffset([{ topic, partitions, fromBeginning }]);
  return inOrder(answer?.partitions ?? [], topic, length);
}

function inOrder(answers: readonly { partition: number; offset: string }[], topic: string, length: number): number[] {
  const offsets: number[] = [];
  for (const { partition, offset } of answers) offsets[partition] = Number(offset);
  if (offsets.length === length && !offsets.includes(undefined as never)) return offsets;
  throw new LogUnavailable(`the brokers did not answer for some of the ${length} partitions of ${topic}`);
}
