import { Mutex, pause } from '@mps-ledger/async';
import type { Broker, KafkaMessage, Cluster } from 'kafkajs';

import { LogUnavailable } from '../port/errors';
import { leadersOf } from './reader';

/** A leader's answer for one partition, as far as it is used here. */
interface FetchedPartition {
  readonly partition: number;
  readonly messages: readonly (KafkaMessage & { readonly isControlRecord?: boolean })[];
}

export interface FetchedMessages {
  readonly partition: number;
  /** From the requested offset on, without Kafka's control records. */
  readonly messages: readonly KafkaMessage[];
  /** The position after all that was fetched. */
  readonly to: number;
}

/** Without the records of open transactions. */
const READ_COMMITTED = 1;
/** One fetch of a broker's connection at a time. */
const fetchMutex = new Mutex<Broker>();
const MAX_TRIES = 20;
const THROTTLED_PAUSE_MS = 100;

/**
 * Fetches some partitions from a position on, once, without waiting for more. Where one partition is fetched, a first batch of
 * records that is larger than `maxBytes` comes whole. Rejects with the brokers' answers.
 */
export async function fetchOnce(
  cluster: Cluster,
  topic: string,
  partitions: readonly number[],
  position: number,
  maxBytes: number,
): Promise<FetchedMessages[]> {
  const leaders = await leadersOf(cluster, topic, partitions);
  const answers = await Promise.all(
    leaders.map(async ({ broker, led }) => {
      const wanted = led.map((partition) => ({ partition, fetchOffset: String(position), maxBytes }));
      // Two concurrent first requests to a broker would each open a connection, of which kafkajs never closes one. A broker
      // answers the requests of a connection one after the other anyway.
      return fetchMutex.run(broker, () => ask(broker, topic, wanted));
    }),
  );
  return answers.flat().map(({ partition, messages }) => {
    const fresh = messages.filter(({ offset }) => Number(offset) >= position);
    const last = fresh.at(-1);
    return {
      partition,
      messages: fresh.filter(({ isControlRecord }) => isControlRecord !== true),
      to: last === undefined ? position : Number(last.offset) + 1,
    };
  });
}

interface WantedPartition {
  readonly partition: number;
  readonly fetchOffset: string;
  readonly maxBytes: number;
}

/** A broker that throttles this client answers without partitions, and is asked again. */
async function ask(broker: Broker, topic: string, partitions: WantedPartition[]): Promise<FetchedPartition[]> {
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    if (tries > 0) await pause(THROTTLED_PAUSE_MS);
    const { responses } = (await broker.fetch({
      ...{ maxWaitTime: 0, minBytes: 0, isolationLevel: READ_COMMITTED },
      topics: [{ topic, partitions }],
    })) as { responses: readonly { partitions: readonly FetchedPartition[] }[] };
    if (responses.length > 0) return responses.flatMap((one) => one.partitions);
  }
  throw new LogUnavailable(`the broker that leads ${topic} answers fetches with nothing, as where a quota is used up`);
}
