import { setTimeout as pause } from 'node:timers/promises';

import type { Broker, KafkaMessage, Cluster } from 'kafkajs';

import { LogUnavailable } from '../port/errors';
import { inTurn } from './in-turn';
import { leadersOf } from './reader';

/** What a leader answers of one partition, as far as it is read here. */
interface FetchedPartition {
  readonly partition: number;
  readonly messages: readonly (KafkaMessage & { readonly isControlRecord?: boolean })[];
}

export interface FetchedMessages {
  readonly partition: number;
  /** Offsets from the one asked for on, without what Kafka notes for itself. */
  readonly messages: readonly KafkaMessage[];
  /** The position after all that was fetched. */
  readonly to: number;
}

/** Only what is certain: no open transaction's records. */
const READ_COMMITTED = 1;
const MAX_TRIES = 20;
const THROTTLED_PAUSE_MS = 100;

/**
 * Fetches some partitions from a position on, once, without waiting for more. A first batch of records that is larger
 * than `maxBytes` comes whole where one partition is fetched. Rejects with the brokers' answers.
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
      // A broker answers a connection's requests in turn anyway, and two first ones at once would each open a connection,
      // of which kafkajs forgets to close one.
      return inTurn(broker, () => ask(broker, topic, wanted));
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

/** A broker that wants to be left alone for a while answers with nothing at all, and is asked again. */
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
