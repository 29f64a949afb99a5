import type { Kafka } from 'kafkajs';

import { LogNotReady, LogUnavailable, LogUnsafe } from '../../port/errors';
import type { SettingsFound } from '../../guard/guard';
import { identityIn, judge } from '../../guard/judge';
import { refuseOtherFormats } from '../../guard/inspection';
import type { LogIdentity, LogLayout } from '../../port/port';
import type { KafkaConnection } from '../client';
import { findDifferences, inWords } from '../setup/differences';
import { lookAt } from './inspect';
import type { Reader } from '../reader';
import { expires, findTopics, namedTopic, type TopicOptions, type WantedTopics } from '../setup/topic-settings';

/** What a log must be like, and where. */
export interface WantedLog extends TopicOptions, KafkaConnection {
  /** How many partitions each topic has: by default what the genesis records say. */
  readonly layout: Pick<LogLayout, 'topics'> & Partial<LogLayout>;
}

/** Nobody else waits for it. */
const LEADER_MS = 10_000;

/**
 * Reads which log it is from the genesis records themselves, but for those that expired with what followed them. Rejects
 * with `LogNotReady` naming what is missing or contradictory, or with `LogUnavailable`.
 */
export async function readIdentity(reader: Reader, wanted: WantedLog): Promise<LogIdentity> {
  const { topics, partitions, derived, generations } = wanted.layout;
  const named = (topic: string): string => namedTopic(wanted, topic);
  const places = await lookAt(reader, { topics, named, leaderMs: LEADER_MS });
  const unseen = places.find(({ found }) => found === null);
  if (unseen !== undefined)
    throw new LogUnavailable(`the leader of partition ${unseen.partition} of ${named(unseen.topic)} does not answer`);
  refuseOtherFormats(places, named);
  const identity = identityIn(places, generations);
  const [first = ''] = topics;
  if (identity === null) throw new LogNotReady(`${named(first)} has no genesis records: run setup`);
  if (partitions !== undefined && partitions !== identity.partitions)
    throw new LogNotReady(`the log has ${identity.partitions} partitions a topic, not ${partitions}`);
  const { problem } = judge(places, {
    ...{ identity, topics, named, expires: (topic: string) => expires(wanted, topic) },
    ...(derived && { derived }),
  });
  if (problem === null) return identity;
  throw new LogNotReady(`${problem.reason}: run setup, which says what can be done`);
}

/**
 * How the topics are set, compared with how setup makes them; others may change topics while programs run. Rejects with
 * `LogNotReady` where one is missing.
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
            mend: unsafe.map(({ mend }) => mend).join('; '),
            topics: unsafe.map(({ topic }) => topic),
          },
  };
}

/** Throws `LogUnsafe` naming every difference that breaks a promise, and what would mend it. */
export function refuseUnsafe({ unsafe }: SettingsFound): void {
  if (unsafe === null) return;
  throw new LogUnsafe(inWords([{ what: unsafe.reason, mend: unsafe.mend ?? '' }]));
}
