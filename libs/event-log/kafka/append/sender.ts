import type { Kafka, PartitionMetadata } from 'kafkajs';

import type { Send } from '../../append/partition-queue';
import { LogNotReady, LogUnavailable } from '../../port/errors';
import { onceSuccessful } from '@mps-ledger/async';
import { answerOf } from '../faults';
import { partitionsOf, type Reader } from '../reader';
import { Requests } from './requests';
import { partitionGiven, send, type Sending } from './send';

export interface SenderOptions {
  readonly compression: 'none' | 'gzip';
  readonly requestTimeoutMs: number;
  /** A broker no longer knows a topic: it may have been recreated by the next attempt. */
  readonly onMissingTopic: () => void;
}

/** How long the leader of a partition is cached, unless a request fails. */
const MAX_METADATA_AGE_MS = 60_000;
/** Half of what Kafka's own producer puts into a request; the last append may exceed it. */
const TARGET_REQUEST_BYTES = 512 * 1024;

export interface Sender {
  /**
   * Sends in a shared request or in its own one, or both: see `Requests`. Settles in bounded time. Undefined where there was
   * nothing to send. Rejects with the failure.
   */
  readonly send: Send;
  close(): Promise<void>;
}

/** Sends to existing partitions, through one producer that is not idempotent and never retries. */
export function makeSender(client: Kafka, reader: Reader, options: SenderOptions): Sender {
  const producer = client.producer({
    allowAutoTopicCreation: false,
    idempotent: false,
    retry: { retries: 0 },
    // kafkajs refreshes metadata after most failures, but not after a request without an answer.
    metadataMaxAge: options.requestTimeoutMs,
    createPartitioner: () => partitionGiven,
  });
  const connect = onceSuccessful(() => producer.connect());
  const partitions = makePartitions(reader);
  const sendOptions = {
    compression: options.compression,
    // The leader should report late followers before the request times out here.
    replicationTimeoutMs: options.requestTimeoutMs * 0.8,
  };
  const sendOnce = (sendings: readonly Sending[]): ReturnType<typeof send> =>
    send(producer, sendings, sendOptions).catch((error: unknown) => {
      for (const { topic } of sendings) partitions.forget(topic);
      throw error;
    });
  const requests = new Requests({ send: sendOnce, targetBytes: TARGET_REQUEST_BYTES });
  return {
    async send(outgoing) {
      const { topic, partition } = outgoing;
      const found = (await partitions.of(topic))[partition];
      if (found === undefined) throw new LogNotReady(`partition ${partition} of ${topic} is missing: run setup`);
      await connect();
      try {
        return await requests.send(found.leader, outgoing);
      } catch (error) {
        // A broker that has just started may not know it yet; the next attempt reads the metadata first.
        if (answerOf(error) !== 'UNKNOWN_TOPIC_OR_PARTITION') throw error;
        options.onMissingTopic();
        throw new LogUnavailable(`${topic} is not known to its broker`, { cause: error });
      }
    },
    close: () => producer.disconnect().catch(() => undefined),
  };
}

/** Caches the partitions of topics and their leaders. Rejects like `partitionsOf`. */
function makePartitions(reader: Reader) {
  const known = new Map<string, { readonly found: Promise<readonly PartitionMetadata[]>; readonly asked: number }>();
  return {
    of(topic: string): Promise<readonly PartitionMetadata[]> {
      const last = known.get(topic);
      const asked = performance.now();
      if (last !== undefined && asked - last.asked < MAX_METADATA_AGE_MS) return last.found;
      const one = { found: reader.use((cluster) => partitionsOf(cluster, topic)), asked };
      known.set(topic, one);
      one.found.catch(() => {
        if (known.get(topic) === one) known.delete(topic);
      });
      return one.found;
    },
    forget: (topic: string) => void known.delete(topic),
  };
}
