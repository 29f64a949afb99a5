import { Appender } from '../append/appender';
import type { Send } from '../append/partition-queue';
import { sendUntilKnown } from '../append/send-until-known';
import { LogUnavailable } from '../port/errors';
import { Guard } from '../guard/guard';
import type { GuardOptions } from '../guard/guard-options';
import { guardLog, guardSends } from '../guard/guarded-log';
import { silent, type Logger } from '../port/logger';
import type { EventLog, Follower } from '../port/port';
import { coalesce } from '@mps-ledger/async';
import { DEFAULT_REQUEST_TIMEOUT_MS, makeClient, type KafkaConnection } from './client';
import { Damages } from './connections/damages';
import { toLogError } from './faults';
import { startFollower } from './follow/follower';
import { readIdentity, refuseUnsafe, type WantedLog } from './guard/identity';
import { makeLogInspector, type LogInspector } from './guard/inspector';
import { readEnds, readProgress } from './ranges';
import { readPartition } from './read';
import { makeReader } from './reader';
import { makeSender } from './append/sender';
import { expires, namedTopic } from './setup/topic-settings';

export interface KafkaLogOptions extends KafkaConnection {
  /** The topics that `identity()` reads, and their partitions: by default as many as in the genesis records. */
  readonly layout: WantedLog['layout'];
  /** Distinguishes several logs in one cluster, topics and groups; the one given to setup. Default: none. */
  readonly topicPrefix?: string;
  /** One broker is enough: topics need no replicas. Default false. */
  readonly singleBroker?: boolean;
  /** How long a topic keeps its records, in ms, where that is limited; by its name without prefix. Default: none. */
  readonly retentionMs?: Readonly<Record<string, number>>;
  /** Of what is appended. Default `none`. */
  readonly compression?: 'none' | 'gzip';
  /** Bytes of all pending appends to one topic; more are refused with `TooManyWaiting`. Default 64 MiB. */
  readonly maxWaitingBytes?: number;
  /** How long an append may take before its outcome is reported as unknown, in ms. Default 30,000. */
  readonly appendTimeoutMs?: number;
  /** How long a member of a group stays one without a heartbeat, in ms. Default 10,000. */
  readonly sessionTimeoutMs?: number;
  /** How often the guard compares the log and its settings, in ms. Default 60,000. */
  readonly guardIntervalMs?: number;
  /** The guard's logger. Default: `logger`. */
  readonly guardLogger?: Logger;
}

const DEFAULT_SESSION_TIMEOUT_MS = 10_000;

/**
 * Creates the event log in Kafka: the port over the topics that `setupKafkaLog` creates. Connects on first use, and reconnects
 * automatically.
 */
export function makeKafkaLog(options: KafkaLogOptions): EventLog {
  const parts = makeParts(options);
  const { client, damages, reader, appender, named, grouped, guard, inspector } = parts;
  /** Undefined until they are known. */
  let found: number | undefined;
  const partitions = (): number | undefined => guard.partitions ?? found;
  const followers = new Set<Follower>();
  let closed: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    await Promise.all([...[...followers].map((follower) => follower.stop()), appender.close()]);
    await parts.close();
  };
  const log: Omit<EventLog, 'guard'> = {
    append: (...those) => appender.append(...those),
    follow(follow) {
      if (closed !== undefined) throw new LogUnavailable('the log is closed');
      const follower = startFollower({
        ...{ follow, name: named(follow.topic), group: grouped(follow.group), client, reader, damages, partitions },
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
    endPositions: (topic) => readEnds(reader, named(topic), partitions()),
    progress: (group, topic) => readProgress(reader, grouped(group), named(topic), partitions()),
    identity: coalesce(async () => {
      const identity = await readIdentity(reader, options);
      refuseUnsafe(await inspector.settings());
      found = identity.partitions;
      return identity;
    }),
    close: () => (closed ??= close()),
  };
  return guardLog(log, guard);
}

function makeParts(options: KafkaLogOptions) {
  const damages = new Damages();
  const inspector = makeLogInspector(options);
  const named = (topic: string): string => namedTopic(options, topic);
  const grouped = (group: string): string => `${options.topicPrefix ?? ''}${group}`;
  const guard: Guard = new Guard({ ...guardOptions(options, inspector), readOne: (...of) => readOne(...of) });
  const closed = new AbortController();
  const client = makeClient(options, {
    ...{ damages, closed: closed.signal },
    onConnection: ({ kind }) => {
      if (kind !== 'closed') guard.requireComparison();
    },
  });
  const reader = makeReader(client);
  const readOne: GuardOptions['readOne'] = async (topic, partition, from) => {
    for await (const [record] of readPartition(reader, damages, named(topic), { topic, partition, from, to: from + 1 }))
      return record;
    return undefined;
  };
  const sender = makeSender(client, reader, {
    compression: options.compression ?? 'none',
    requestTimeoutMs: options.requestTimeoutMs ?? DEFAULT_REQUEST_TIMEOUT_MS,
    onMissingTopic: () => guard.requireComparison(),
  });
  const send: Send = async ({ topic, partition, take }) => {
    // A retry may use another connection.
    await guard.assureSame(topic, partition);
    return sender.send({ topic: named(topic), partition, take }).catch((error: unknown) => {
      throw toLogError(error);
    });
  };
  const appender = new Appender({
    send: guardSends(guard, sendUntilKnown(send)),
    maxWaitingBytes: options.maxWaitingBytes,
    withinMs: options.appendTimeoutMs,
  });
  const close = () => Promise.all([sender.close(), reader.close(), inspector.close()]).then(() => closed.abort());
  return { client, damages, reader, named, grouped, appender, guard, inspector, close };
}

function guardOptions(options: KafkaLogOptions, inspector: LogInspector): Omit<GuardOptions, 'readOne'> {
  return {
    topics: options.layout.topics,
    ...(options.layout.derived && { derived: options.layout.derived }),
    named: (topic) => namedTopic(options, topic),
    expires: (topic) => expires(options, topic),
    inspect: (fresh) => inspector.inspect(fresh),
    settings: () => inspector.settings(),
    logger: options.guardLogger ?? options.logger ?? silent,
    ...(options.guardIntervalMs !== undefined && { intervalMs: options.guardIntervalMs }),
  };
}
