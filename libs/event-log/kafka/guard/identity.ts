import type { Kafka } from 'kafkajs';

import { LogNotReady, LogUnavailable, LogUnsafe } from '../../port/errors';
import type { SettingsFound } from '../../guard/guard-options';
import { identityIn, judge } from '../../guard/judge';
import { refuseOtherFormats } from '../../guard/inspection';
import type { LogIdentity, LogLayout } from '../../port/port';
import type { KafkaConnection } from '../client';
import { findDifferences, inWords } from '../setup/differences';
import { inspectPartitions } from './inspect';
import type { Reader } from '../reader';
import { expires, findTopics, namedTopic, type TopicOptions, type WantedTopics } from '../setup/topic-settings';

/** The expected log, and its brokers. */
export interface WantedLog extends TopicOptions, KafkaConnection {
  /** The number of partitions is by default that of the genesis records. */
  readonly layout: Pick<LogLayout, 'topics'> & Partial<LogLayout>;
}

/** Only this call waits for it. */
const LEADER_TIMEOUT_MS = 10_000;

/**
 * Reads the log's identity from the genesis records, except those that have expired. Rejects with `LogNotReady` naming what is
 * missing or contradictory, or with `LogUnavailable`.
 */
export async function readIdentity(reader: Reader, wanted: WantedLog): Promise<LogIdentity> {
  const { topics, partitions, derived, generations } = wanted.layout;
  const named = (topic: string): string => namedTopic(wanted, topic);
  const inspections = await inspectPartitions(reader, { topics, named, leaderTimeoutMs: LEADER_TIMEOUT_MS });
  const uninspected = inspections.find(({ found }) => found === null);
  if (uninspected !== undefined)
    throw new LogUnavailable(
      `the leader of partition ${uninspected.partition} of ${named(uninspected.topic)} does not answer`,
    );
  refuseOtherFormats(inspections, named);
  const identity = identityIn(inspections, generations);
  const [first = ''] = topics;
  if (identity === null) throw new LogNotReady(`${named(first)} has no genesis records: run setup`);
  if (partitions !== undefined && partitions !== identity.partitions)
    throw new LogNotReady(`the log has ${identity.partitions} partitions a topic, not ${partitions}`);
  const { problem } = judge(inspections, {
    ...{ identity, topics, named, expires: (topic: string) => expires(wanted, topic) },
    ...(derived && { derived }),
  });
  if (problem === null) return identity;
  throw new LogNotReady(`${problem.reason}: run setup, which says what can be done`);
}

/**
 * Compares the settings of the topics with those that setup creates: operators may change them while programs run. Rejects with
 * `LogNotReady` where a topic is missing.
 */
export async function readSettings(
  client: Kafka,
  reader: Reader,
  wanted: WantedTopics & KafkaConnection,
): Promise<SettingsFound> {
  const names = wanted.layout.topics.map((topic) => namedTopic(wanted, topic));
  const topics = await findTopics(client, reader, names);
  const missing = names.filter((name) => !topics.has(name));
  if (missing.length > 0) throw new LogNotReady(`missing: ${missing.join(', ')}: run setup`);
  const differences = await findDifferences(client, wanted, topics);
  const unsafe = differences.filter(({ isUnsafe }) => isUnsafe);
  return {
    warnings: differences.filter((one) => !unsafe.includes(one)).map(({ what }) => what),
    unsafe:
      unsafe.length === 0
        ? null
        : {
            code: 'log-unsafe',
            reason: unsafe.map(({ what }) => what).join('; '),
            fix: unsafe.map(({ fix }) => fix).join('; '),
            topics: unsafe.map(({ topic }) => topic),
          },
  };
}

/** Throws `LogUnsafe` naming every difference that breaks a guarantee, and how to fix it. */
export function refuseUnsafe({ unsafe }: SettingsFound): void {
  if (unsafe === null) return;
  throw new LogUnsafe(inWords([{ what: unsafe.reason, fix: unsafe.fix ?? '' }]));
}
