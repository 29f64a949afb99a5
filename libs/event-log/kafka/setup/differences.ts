import type { Kafka } from 'kafkajs';

import type { KafkaConnection } from '../client';
import {
  namedTopic,
  nodesOf,
  replicationOf,
  settingsOf,
  type FoundTopic,
  type TopicDifference,
  type WantedTopics,
} from './topic-settings';

export interface Comparison {
  readonly wanted: WantedTopics;
  /** Without prefix, and with prefix. */
  readonly topic: string;
  readonly name: string;
  readonly found: FoundTopic;
  /** All nodes of the cluster; used where replicas are too few. */
  readonly nodes: readonly number[];
  /** For the commands. */
  readonly connection: KafkaConnection;
}

/**
 * Finds every difference between existing topics, by their names with prefix, and those that setup creates. Rejects with the
 * brokers' answers.
 */
export async function findDifferences(
  client: Kafka,
  wanted: WantedTopics & KafkaConnection,
  there: ReadonlyMap<string, FoundTopic>,
): Promise<TopicDifference[]> {
  const { replicas } = replicationOf(wanted);
  const nodes = [...there.values()].some((found) => leastReplicas(found) < replicas) ? await nodesOf(client) : [];
  return wanted.layout.topics.flatMap((topic) => {
    const name = namedTopic(wanted, topic);
    const found = there.get(name);
    return found === undefined ? [] : differencesOf({ wanted, topic, name, found, nodes, connection: wanted });
  });
}

/** Every difference between a topic and the one that setup creates, each with the command that fixes it. */
export function differencesOf(comparison: Comparison): TopicDifference[] {
  return [...inReplicas(comparison), ...inSettings(comparison), ...inOthers(comparison)];
}

function inReplicas({ wanted, topic, name, found, nodes: all, connection }: Comparison): TopicDifference[] {
  const { replicas } = replicationOf(wanted);
  const least = leastReplicas(found);
  if (least >= replicas) return [];
  const what = `${name} has ${least} replicas, not ${replicas}: the loss of one broker could lose it`;
  const { length: brokers } = all;
  if (brokers < replicas) {
    const add = `the cluster has ${brokers} brokers: add ${replicas - brokers}, then ask again how to use them`;
    return [{ topic, what, fix: `${add}; or allow a single broker`, isUnsafe: true }];
  }
  const partitions = found.replicas.map((nodes, partition) => ({
    ...{ topic: name, partition },
    replicas: [...nodes, ...others(all, nodes, partition)].slice(0, Math.max(replicas, nodes.length)),
  }));
  const plan = JSON.stringify({ version: 1, partitions });
  const reassign = command(connection, 'reassign-partitions', '--execute --reassignment-json-file plan.json');
  return [{ topic, what, fix: `${reassign} with plan.json: ${plan}; or allow a single broker`, isUnsafe: true }];
}

function leastReplicas({ replicas }: FoundTopic): number {
  return Math.min(...replicas.map(({ length }) => length));
}

/** The other nodes of a cluster, rotated by partition. */
function others(all: readonly number[], nodes: readonly number[], partition: number): readonly number[] {
  const free = all.filter((node) => !nodes.includes(node));
  return free.map((_, index) => free[(index + partition) % free.length] ?? 0);
}

function inSettings({ wanted, topic, name, found, connection }: Comparison): TopicDifference[] {
  return settingsOf(wanted, topic).flatMap((setting) => {
    const is = found.settings.get(setting.name) ?? 'unknown';
    if (is === setting.value || setting.fits?.(is) === true) return [];
    const change = `--alter --entity-type topics --entity-name ${name} --add-config ${setting.name}=${setting.value}`;
    return [
      {
        topic,
        what: `${name} has ${setting.name}=${is}, not ${setting.value}`,
        fix: command(connection, 'configs', change),
        isUnsafe: setting.isVital ?? true,
      },
    ];
  });
}

/** Settings that setup leaves to the brokers, and that the topic has. */
function inOthers({ wanted, topic, name, found, connection }: Comparison): TopicDifference[] {
  const ours = new Set(settingsOf(wanted, topic).map((setting) => setting.name));
  return found.own
    .filter((setting) => !ours.has(setting))
    .map((setting) => ({
      topic,
      what: `${name} has ${setting}=${found.settings.get(setting)}, which setup does not set`,
      fix: command(
        connection,
        'configs',
        `--alter --entity-type topics --entity-name ${name} --delete-config ${setting}`,
      ),
      isUnsafe: false,
    }));
}

/** A command line of one of Kafka's own tools. Where a login or TLS is needed, it names a file that the operator writes. */
export function command({ brokers, tls = false, sasl }: KafkaConnection, tool: string, rest: string): string {
  const how = tls !== false || sasl !== undefined ? ' --command-config client.properties' : '';
  return `kafka-${tool}.sh --bootstrap-server ${brokers.join(',')}${how} ${rest}`;
}

/** Differences as text, one a line. */
export function inWords(differences: readonly Pick<TopicDifference, 'what' | 'fix'>[]): string {
  return differences.map(({ what, fix }) => `${what}\n  to fix it: ${fix}`).join('\n');
}
