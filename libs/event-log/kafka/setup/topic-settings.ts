import { ConfigResourceTypes, type Kafka } from 'kafkajs';

import { MAX_MESSAGE_BYTES } from '../../port/limits';
import type { LogLayout } from '../../port/port';
import { topicName, type TopicNaming } from '../../port/topic-names';
import { answerOf } from '../faults';
import { partitionsOf, type Reader } from '../reader';

/** The topics that setup creates. */
export interface WantedTopics extends TopicOptions {
  readonly layout: Pick<LogLayout, 'topics'> & TopicNaming;
}

export interface TopicOptions {
  readonly topicPrefix?: string;
  readonly singleBroker?: boolean;
  readonly retentionMs?: Readonly<Record<string, number>>;
}

/** One difference between a topic and the one that setup creates, and how to fix it. */
export interface TopicDifference {
  /** Without prefix. */
  readonly topic: string;
  readonly what: string;
  readonly fix: string;
  /** Whether it can lose acknowledged records. */
  readonly isUnsafe: boolean;
}

interface Setting {
  readonly name: string;
  readonly value: string;
  /** Whether another value is acceptable, too. Default: none is. */
  readonly fits?: (found: string) => boolean;
  /** Whether another value can lose acknowledged records. Default true. */
  readonly isVital?: boolean;
}

/** A topic's name in the cluster, with prefix and generations. */
export function namedTopic(
  { topicPrefix = '', layout }: Pick<TopicOptions, 'topicPrefix'> & { readonly layout: TopicNaming },
  topic: string,
): string {
  return `${topicPrefix}${topicName(topic, layout)}`;
}

/** Whether a topic's records expire, the genesis records among them. */
export function expires(wanted: TopicOptions, topic: string): boolean {
  return wanted.retentionMs?.[topic] !== undefined;
}

export function replicationOf({ singleBroker }: TopicOptions): { replicas: number; inSync: number } {
  return singleBroker === true ? { replicas: 1, inSync: 1 } : { replicas: 3, inSync: 2 };
}

/** The settings of one topic, by its name without prefix. */
export function settingsOf(wanted: TopicOptions, topic: string): readonly Setting[] {
  const { inSync } = replicationOf(wanted);
  const atLeast = (least: number) => (found: string) => Number(found) >= least;
  return [
    { name: 'cleanup.policy', value: 'delete' },
    { name: 'retention.ms', value: String(wanted.retentionMs?.[topic] ?? -1) },
    { name: 'retention.bytes', value: '-1' },
    { name: 'min.insync.replicas', value: String(inSync), fits: atLeast(inSync) },
    { name: 'max.message.bytes', value: String(MAX_MESSAGE_BYTES), fits: atLeast(MAX_MESSAGE_BYTES), isVital: false },
    { name: 'message.timestamp.type', value: 'LogAppendTime', isVital: false },
    { name: 'unclean.leader.election.enable', value: 'false' },
    { name: 'compression.type', value: 'producer', isVital: false },
  ];
}

/** A topic as the brokers describe it. */
export interface FoundTopic {
  /** Nodes that hold each partition, by partition. */
  readonly replicas: readonly (readonly number[])[];
  readonly settings: ReadonlyMap<string, string>;
  /** Names of the settings of the topic itself, without the brokers' defaults. */
  readonly own: readonly string[];
}

/** Finds existing topics, by their names with prefix. Rejects with a LogError. */
export async function findTopics(
  client: Kafka,
  reader: Reader,
  names: readonly string[],
): Promise<Map<string, FoundTopic>> {
  const replicas = new Map<string, readonly (readonly number[])[]>();
  for (const name of names) {
    const partitions = await reader.use((cluster) => partitionsOf(cluster, name)).catch(missing);
    if (partitions !== undefined)
      replicas.set(
        name,
        partitions.map((one) => one.replicas),
      );
  }
  const described = await describeSettings(client, [...replicas.keys()]);
  return new Map(
    [...replicas].map(([name, nodes]) => [
      name,
      { replicas: nodes, ...(described.get(name) ?? { settings: new Map(), own: [] }) },
    ]),
  );
}

/** The nodes of a cluster. */
export async function nodesOf(client: Kafka): Promise<number[]> {
  const admin = client.admin();
  await admin.connect();
  const { brokers } = await admin.describeCluster().finally(() => admin.disconnect());
  return brokers.map(({ nodeId }) => nodeId);
}

function missing(error: unknown): undefined {
  if (answerOf(error) !== 'UNKNOWN_TOPIC_OR_PARTITION') throw error;
}

/** Kafka's source code of a topic's own setting. */
const TOPIC_CONFIG = 1;

type Described = Pick<FoundTopic, 'settings' | 'own'>;

async function describeSettings(client: Kafka, names: readonly string[]): Promise<Map<string, Described>> {
  if (names.length === 0) return new Map();
  const admin = client.admin();
  await admin.connect();
  try {
    const resources = names.map((name) => ({ type: ConfigResourceTypes.TOPIC, name }));
    const described = await admin.describeConfigs({ includeSynonyms: false, resources });
    return new Map(
      described.resources.map(({ resourceName, configEntries }) => [
        resourceName,
        {
          settings: new Map(configEntries.map(({ configName, configValue }) => [configName, configValue])),
          own: configEntries
            .filter((entry) => (entry.configSource as number) === TOPIC_CONFIG)
            .map(({ configName }) => configName),
        },
      ]),
    );
  } finally {
    await admin.disconnect();
  }
}
