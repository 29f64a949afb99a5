import { ConfigResourceTypes, type Kafka } from 'kafkajs';

import { MAX_MESSAGE_BYTES } from '../limits';
import type { LogLayout } from '../port';

/** What topics must be like. */
export interface WantedTopics {
  readonly layout: LogLayout;
  readonly topicPrefix?: string;
  readonly singleBroker?: boolean;
  readonly retentionMs?: Readonly<Record<string, number>>;
}

/** One thing that is otherwise than it must be, and what would mend it. */
export interface TopicDifference {
  readonly what: string;
  readonly mend: string;
}

interface Setting {
  readonly name: string;
  readonly value: string;
  /** What else does as well. Default: nothing. */
  readonly fits?: (found: string) => boolean;
}

export function namedTopic(wanted: WantedTopics, topic: string): string {
  return `${wanted.topicPrefix ?? ''}${topic}`;
}

export function replicationOf({ singleBroker }: WantedTopics): { replicas: number; inSync: number } {
  return singleBroker === true ? { replicas: 1, inSync: 1 } : { replicas: 3, inSync: 2 };
}

/** The settings of one topic, by its name without prefix. */
export function settingsOf(wanted: WantedTopics, topic: string): readonly Setting[] {
  const { inSync } = replicationOf(wanted);
  const atLeast = (least: number) => (found: string) => Number(found) >= least;
  return [
    { name: 'cleanup.policy', value: 'delete' },
    { name: 'retention.ms', value: String(wanted.retentionMs?.[topic] ?? -1) },
    { name: 'retention.bytes', value: '-1' },
    { name: 'min.insync.replicas', value: String(inSync), fits: atLeast(inSync) },
    { name: 'max.message.bytes', value: String(MAX_MESSAGE_BYTES), fits: atLeast(MAX_MESSAGE_BYTES) },
    { name: 'message.timestamp.type', value: 'LogAppendTime' },
    { name: 'unclean.leader.election.enable', value: 'false' },
    { name: 'compression.type', value: 'producer' },
  ];
}

/** What the brokers say of a topic. */
export interface FoundTopic {
  /** Nodes that hold each partition, by partition. */
  readonly replicas: readonly (readonly number[])[];
  readonly settings: ReadonlyMap<string, string>;
}

/** Topics by their names with prefix; those that are not there are left out. Rejects with the brokers' answers. */
export async function findTopics(client: Kafka, names: readonly string[]): Promise<Map<string, FoundTopic>> {
  const admin = client.admin();
  await admin.connect();
  try {
    const there = new Set(await admin.listTopics());
    const found = new Map<string, FoundTopic>();
    const asked = names.filter((name) => there.has(name));
    if (asked.length === 0) return found;
    const { topics } = await admin.fetchTopicMetadata({ topics: asked });
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: asked.map((name) => ({ type: ConfigResourceTypes.TOPIC, name })),
    });
    for (const { name, partitions } of topics) {
      const inOrder = [...partitions].sort((a, b) => a.partitionId - b.partitionId);
      const entries = resources.find(({ resourceName }) => resourceName === name)?.configEntries ?? [];
      found.set(name, {
        replicas: inOrder.map(({ replicas }) => replicas),
        settings: new Map(entries.map(({ configName, configValue }) => [configName, configValue])),
      });
    }
    return found;
  } finally {
    await admin.disconnect();
  }
}
