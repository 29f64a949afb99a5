import type { Kafka } from 'kafkajs';

import { LogNotReady, LogUnavailable } from '../errors';
import { onceItSucceeds } from '../once-it-succeeds';
import { answerOf } from './faults';
import { partitionsOf, type Reader } from './reader';
import { partitionGiven, send, type Landed, type Sending } from './send';

export interface SenderOptions {
  readonly compression: 'none' | 'gzip';
  readonly requestTimeoutMs: number;
}

/** How long a count of partitions is believed. It is fixed when a log is made. */
const COUNT_AGE_MS = 60_000;

export interface Sender {
  /** Sends once; settles in bounded time. Rejects with whatever went wrong. */
  send(sending: Sending): Promise<Landed>;
  close(): Promise<void>;
}

/** Sends to partitions that are there, through one producer that is never idempotent and never tries again by itself. */
export function makeSender(client: Kafka, reader: Reader, options: SenderOptions): Sender {
  const producer = client.producer({
    allowAutoTopicCreation: false,
    idempotent: false,
    retry: { retries: 0 },
    createPartitioner: () => partitionGiven,
  });
  const connect = onceItSucceeds(() => producer.connect());
  const partitions = makePartitionCounts(reader);
  const sendOptions = {
    compression: options.compression,
    // The leader's word that followers are late should come before nobody waits for it any more.
    replicationTimeoutMs: options.requestTimeoutMs * 0.8,
  };
  return {
    async send(sending) {
      const { topic, partition } = sending;
      if (partition >= (await partitions.of(topic))) {
        throw new LogNotReady(`partition ${partition} of ${topic} is missing: run setup`);
      }
      await connect();
      try {
        return await send(producer, sending, sendOptions);
      } catch (error) {
        partitions.forget(topic);
        // A broker that has just started may not know it yet; whether it is missing is asked before the next try.
        if (answerOf(error) !== 'UNKNOWN_TOPIC_OR_PARTITION') throw error;
        throw new LogUnavailable(`${topic} is not known to its broker`, { cause: error });
      }
    },
    close: () => producer.disconnect().catch(() => undefined),
  };
}

/** How many partitions topics have; asked of the brokers now and then. Rejects like `partitionsOf`. */
function makePartitionCounts(reader: Reader) {
  const known = new Map<string, { readonly count: number; readonly asked: number }>();
  return {
    async of(topic: string): Promise<number> {
      const found = known.get(topic);
      if (found !== undefined && performance.now() - found.asked < COUNT_AGE_MS) return found.count;
      const asked = performance.now();
      const count = (await reader.use((cluster) => partitionsOf(cluster, topic))).length;
      known.set(topic, { count, asked });
      return count;
    },
    forget: (topic: string) => void known.delete(topic),
  };
}
