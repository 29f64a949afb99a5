import { withTimeout } from '@mps-ledger/async';
import type { Cluster } from 'kafkajs';

import { LogUnavailable } from '../../port/errors';
import type { PartitionInspection } from '../../guard/inspection';
import { toLogError } from '../faults';
import { readBeginnings } from './genesis-records';
import { partitionsOf, type Reader } from '../reader';

export interface InspectOptions {
  /** Without prefix. */
  readonly topics: readonly string[];
  /** A topic's name with its prefix. */
  readonly named: (topic: string) => string;
  /** How long to wait for a leader, in ms: after that its partitions are reported as not inspected. */
  readonly leaderTimeoutMs: number;
}

/**
 * Reads how each existing partition begins and where it ends, null for those of a leader that does not answer. Rejects with
 * `LogNotReady` for a topic that is missing, with `LogUnavailable` where no broker answers.
 */
export function inspectPartitions(reader: Reader, wanted: InspectOptions): Promise<PartitionInspection[]> {
  const { topics, named } = wanted;
  return reader.use(async (cluster) => {
    const leaders = new Map<number, Led[]>();
    for (const topic of topics)
      for (const { leader, partitionId } of await partitionsOf(cluster, named(topic))) {
        const led = leaders.get(leader) ?? [];
        leaders.set(leader, led);
        const known = led.find((one) => one.topic === topic);
        if (known === undefined) led.push({ topic, partitions: [partitionId] });
        else known.partitions.push(partitionId);
      }
    const inspections = [...leaders.values()].map((led) => inspectLed(cluster, wanted, led));
    return (await Promise.all(inspections)).flat();
  });
}

/** Partitions of a topic that one broker leads. */
interface Led {
  readonly topic: string;
  readonly partitions: number[];
}

/** Inspects what one broker leads, topic after topic. Rejects with errors that are not temporary. */
async function inspectLed(
  cluster: Cluster,
  wanted: InspectOptions,
  led: readonly Led[],
): Promise<PartitionInspection[]> {
  const { named, leaderTimeoutMs } = wanted;
  const inspections: PartitionInspection[] = led.flatMap(({ topic, partitions }) =>
    partitions.map((partition) => ({ topic, partition, found: null })),
  );
  const inspectAll = async (): Promise<PartitionInspection[]> => {
    const found: PartitionInspection[] = [];
    for (const { topic, partitions } of led)
      found.push(...(await inspectTopic(cluster, topic, named(topic), partitions)));
    return found;
  };
  const late = (): LogUnavailable => new LogUnavailable(`no answer within ${leaderTimeoutMs} ms`);
  try {
    return await withTimeout(inspectAll(), leaderTimeoutMs, late);
  } catch (error) {
    const known = toLogError(error);
    if (known.code !== 'log-unavailable') throw known;
    return inspections;
  }
}

async function inspectTopic(
  cluster: Cluster,
  topic: string,
  name: string,
  partitions: readonly number[],
): Promise<PartitionInspection[]> {
  const beginnings = await readBeginnings(cluster, name, partitions);
  const asked = partitions.map((partition) => ({ partition }));
  const [answer] = await cluster.fetchTopicsOffset([{ topic: name, partitions: asked, fromBeginning: false }]);
  return partitions.map((partition, index) => {
    const beginning = beginnings[index];
    const end = Number(answer?.partitions.find((one) => one.partition === partition)?.offset ?? NaN);
    return { topic, partition, found: beginning === undefined || Number.isNaN(end) ? null : { beginning, end } };
  });
}
