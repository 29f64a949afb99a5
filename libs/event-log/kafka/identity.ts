import type { Cluster, Kafka } from 'kafkajs';

import { LogNotReady } from '../errors';
import type { Genesis } from '../genesis';
import type { LogIdentity, LogLayout } from '../port';
import type { KafkaConnection } from './client';
import { findDifferences, inWords } from './differences';
import { readBeginnings, type Beginning } from './genesis-records';
import { partitionsOf, type Reader } from './reader';
import { expires, findTopics, namedTopic, type TopicOptions, type WantedTopics } from './topic-settings';

/** What a log must be like, and where. */
export interface WantedLog extends TopicOptions, KafkaConnection {
  /** How many partitions each topic has: by default what the genesis records say. */
  readonly layout: Pick<LogLayout, 'topics'> & Partial<LogLayout>;
}

/**
 * Reads which log it is from the genesis records themselves, but for those that expired with what followed them. Rejects
 * with `LogNotReady` naming what is missing or contradictory, or with `LogUnavailable`.
 */
export function readIdentity(reader: Reader, wanted: WantedLog): Promise<LogIdentity> {
  return reader.use(async (cluster) => {
    let identity: LogIdentity | undefined;
    for (const topic of wanted.layout.topics) {
      for (const [partition, beginning] of (await beginningsOf(cluster, wanted, topic)).entries()) {
        if (beginning === 'cut' && expires(wanted, topic)) continue;
        const { logId, generation, partitions } = checked(beginning, namedTopic(wanted, topic), partition, identity);
        identity ??= { logId, generation, partitions: wanted.layout.partitions ?? partitions };
      }
    }
    if (identity === undefined) throw new LogNotReady('a log without topics has no identity');
    return identity;
  });
}

async function beginningsOf(cluster: Cluster, wanted: WantedLog, topic: string): Promise<Beginning[]> {
  const name = namedTopic(wanted, topic);
  const { length } = await partitionsOf(cluster, name);
  const beginnings = await readBeginnings(cluster, name, length);
  const said = beginnings.find((one) => typeof one === 'object')?.partitions;
  const partitions = wanted.layout.partitions ?? said ?? length;
  if (length !== partitions) throw new LogNotReady(`${name} has ${length} partitions, not ${partitions}`);
  return beginnings;
}

function checked(beginning: Beginning, name: string, partition: number, identity: LogIdentity | undefined): Genesis {
  const where = `partition ${partition} of ${name}`;
  if (beginning === 'empty') throw new LogNotReady(`${where} has no genesis record: run setup`);
  if (beginning === 'cut') throw new LogNotReady(`the first records of ${where} are gone`);
  if (beginning === 'other') throw new LogNotReady(`${where} does not begin with a genesis record`);
  const { logId, generation } = beginning;
  const isSame = identity === undefined || (logId === identity.logId && generation === identity.generation);
  if (isSame && beginning.partition === partition) return beginning;
  throw new LogNotReady(
    `${where} begins with the genesis record of another log or place ` +
      `(log ${logId}, generation ${generation}, partition ${beginning.partition})`,
  );
}

/**
 * Whether the topics are as setup makes them: rejects with `LogNotReady` naming every difference and what would mend it.
 * Others may change topics while programs run.
 */
export async function verifyTopics(
  client: Kafka,
  reader: Reader,
  wanted: WantedTopics & KafkaConnection,
): Promise<void> {
  const names = wanted.layout.topics.map((topic) => namedTopic(wanted, topic));
  const topics = await findTopics(client, reader, names);
  const missing = names.filter((name) => !topics.has(name));
  if (missing.length > 0) throw new LogNotReady(`missing: ${missing.join(', ')}: run setup`);
  const differences = await findDifferences(client, wanted, topics);
  if (differences.length > 0) throw new LogNotReady(inWords(differences));
}
