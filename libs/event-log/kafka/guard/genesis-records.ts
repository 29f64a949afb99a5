import type { Cluster, KafkaMessage } from 'kafkajs';

import { beginningWith, type Beginning } from '../../guard/inspection';
import { answerOf } from '../faults';
import { fetchOnce } from '../fetch';
import { toRecord } from '../messages';

/** Enough for a genesis record, which is alone in its batch. */
const GENESIS_BYTES = 4096;

/** Reads how some of a topic's partitions begin, in the given order. */
export async function readBeginnings(
  cluster: Cluster,
  topic: string,
  partitions: readonly number[],
): Promise<Beginning[]> {
  try {
    const fetched = await fetchOnce(cluster, topic, partitions, 0, GENESIS_BYTES);
    return await Promise.all(
      partitions.map(async (partition) => {
        const [first] = fetched.find((one) => one.partition === partition)?.messages ?? [];
        if (first === undefined) return beginningOfUnfetched(cluster, topic, partition);
        return beginningAt(topic, partition, first);
      }),
    );
  } catch (error) {
    if (answerOf(error) !== 'OFFSET_OUT_OF_RANGE') throw error;
    if (partitions.length === 1) return ['cut'];
    // One partition without its first record makes the whole answer an error.
    const each = partitions.map((partition) => readBeginnings(cluster, topic, [partition]));
    return (await Promise.all(each)).flat();
  }
}

/** Nothing was fetched: it is empty, was empty until just now, or begins with a larger record. */
async function beginningOfUnfetched(cluster: Cluster, topic: string, partition: number): Promise<Beginning> {
  const [high] = await cluster.fetchTopicsOffset([{ topic, partitions: [{ partition }], fromBeginning: false }]);
  if (Number(high?.partitions[0]?.offset) === 0) return 'empty';
  const [fetched] = await fetchOnce(cluster, topic, [partition], 0, GENESIS_BYTES);
  const first = fetched?.messages[0];
  return first === undefined ? 'other' : beginningAt(topic, partition, first);
}

function beginningAt(topic: string, partition: number, first: KafkaMessage): Beginning {
  return first.offset === '0' ? beginningWith(toRecord(topic, partition, first)) : 'cut';
}
