import { LogUnavailable } from '../errors';
import { silent } from '../logger';
import type { EventLog, Follower } from '../port';
import { Appender } from './appender';
import { DEFAULT_REQUEST_TIMEOUT_MS, makeClient, type KafkaConnection } from './client';
import { Damages } from './connections/damages';
import { startFollower } from './follower';
import { readIdentity, verifyTopics, type WantedLog } from './identity';
import { readEnds, readProgress } from './ranges';
import { readPartition } from './read';
import { makeReader } from './reader';
import { makeSender } from './sender';
import { shareAnswers } from './shared-answers';

export interface KafkaLogOptions extends KafkaConnection {
  /** The topics that `identity()` looks at, and their partitions: by default as many as the genesis records say. */
  readonly layout: WantedLog['layout'];
  /** Tells several logs in one cluster apart, topics and groups; the one given to setup. Default: none. */
  readonly topicPrefix?: string;
  /** One broker is enough: topics need no replicas. Default false. */
  readonly singleBroker?: boolean;
  /** How long a topic keeps its records, in ms, where that is not for ever; by its name without prefix. Default: none. */
  readonly retentionMs?: Readonly<Record<string, number>>;
  /** Of what is appended. Default `none`. */
  readonly compression?: 'none' | 'gzip';
  /** Bytes of appends that may wait for their outcome; more are refused as `LogUnavailable`. Default 64 MiB. */
  readonly maxWaitingBytes?: number;
  /** How long an append may take before its outcome is reported as unknown, in ms. Default 30,000. */
  readonly appendTimeoutMs?: number;
  /** How long a member of a group counts without a heartbeat, in ms. Default 10,000. */
  readonly sessionTimeoutMs?: number;
}

const DEFAULT_MAX_WAITING_BYTES = 64 * 1024 * 1024;
const DEFAULT_APPEND_TIMEOUT_MS = 30_000;
const DEFAULT_SESSION_TIMEOUT_MS = 10_000;
const FAREWELL_MS = 10_000;
const MAX_BATCH_BYTES = 512 * 1024;

/**
 * The event log in Kafka: the port over the topics that `setupKafkaLog` makes. Connects when it is used, and anew by itself
 * whenever that is needed.
 */
export function makeKafkaLog(options: KafkaLogOptions): EventLog {
  const parts = makeParts(options);
  const { client, damages, reader, appender, named } = parts;
  const followers = new Set<Follower>();
  let closed: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    await Promise.all([...[...followers].map((follower) => follower.stop()), appender.close(FAREWELL_MS)]);
    await Promise.all([parts.sender.close(), reader.close()]);
  };
  return {
    append: (topic, partition, records) => appender.append(topic, partition, records),
    follow(follow) {
      if (closed !== undefined) throw new LogUnavailable('the log is closed');
      const follower = startFollower({
        ...{ follow, name: named(follow.topic), group: named(follow.group), client, reader, damages },
        sessionTimeoutMs: options.sessionTimeoutMs ?? DEFAULT_SESSION_TIMEOUT_MS,
        logger: options.logger ?? silent,
      });
      followers.add(follower);
      return {
        owned: () => follower.owned(),
        stop: () => follower.stop().then(() => void followers.delete(follower)),
      };
    },
    read: (read) => readPartition(reader, damages, named(read.topic), read),
    endPositions: (topic) => readEnds(reader, named(topic)),
    progress: (group, topic) => readProgress(reader, named(group), named(topic)),
    identity: shareAnswers(async () => {
      const found = await readIdentity(reader, options);
      const layout = { topics: options.layout.topics, partitions: found.partitions };
      await verifyTopics(client, reader, { ...options, layout });
      return found;
    }),
    close: () => (closed ??= close()),
  };
}

function makeParts(options: KafkaLogOptions) {
  const damages = new Damages();
  const client = makeClient(options, { damages });
  const reader = makeReader(client);
  const sender = makeSender(client, reader, {
    compression: options.compression ?? 'none',
    requestTimeoutMs: options.requestTimeoutMs ?? DEFAULT_REQUEST_TIMEOUT_MS,
  });
  const named = (topic: string): string => `${options.topicPrefix ?? ''}${topic}`;
  const appender = new Appender({
    send: (outgoing) => sender.send({ ...outgoing, topic: named(outgoing.topic) }),
    maxWaitingBytes: options.maxWaitingBytes ?? DEFAULT_MAX_WAITING_BYTES,
    deadlineMs: options.appendTimeoutMs ?? DEFAULT_APPEND_TIMEOUT_MS,
    maxBatchBytes: MAX_BATCH_BYTES,
  });
  return { client, damages, reader, sender, named, appender };
}
