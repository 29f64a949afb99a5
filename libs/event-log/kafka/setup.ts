import { setTimeout as pause } from 'node:timers/promises';

import type { Kafka, Producer } from 'kafkajs';

import { LogDiffers, LogUnavailable } from '../errors';
import { genesisRecord, type Genesis } from '../genesis';
import { FIRST_GENERATION, newLogId } from '../log-id';
import type { LogIdentity } from '../port';
import { makeClient, type KafkaConnection } from './client';
import { beginAnew, findDifferences, inWords } from './differences';
import { answerOf, toLogError } from './faults';
import { readBeginnings, type Beginning } from './genesis-records';
import { makeReader, partitionsOf, type Reader } from './reader';
import { partitionGiven, send } from './send';
import {
  expires,
  findTopics,
  namedTopic,
  nodesOf,
  replicationOf,
  settingsOf,
  type FoundTopic,
  type WantedTopics,
} from './topic-settings';

export interface SetupKafkaOptions extends KafkaConnection, WantedTopics {
  /** Told before each genesis record is appended. Default: not told. */
  readonly onGenesis?: () => void;
}

const PATIENCE_MS = 30_000;
const PAUSE_MS = 100;
const SENDING = { compression: 'none', replicationTimeoutMs: 10_000 } as const;

/** Setup, with its ways to the brokers. */
interface Setup {
  readonly options: SetupKafkaOptions;
  readonly client: Kafka;
  readonly reader: Reader;
}

/**
 * Makes the log's topics, or what is missing of them, each partition beginning with a genesis record, and answers which log
 * it is. Harmless to repeat and to run twice at once: a second genesis record is only skipped. Rejects, with nothing changed:
 * `LogDiffers`, naming every difference of the topics that are there with the command that would mend it, or
 * `LogUnavailable`.
 */
export async function setupKafkaLog(options: SetupKafkaOptions): Promise<LogIdentity> {
  const client = makeClient(options);
  const setup: Setup = { options, client, reader: makeReader(client) };
  // It may try again by itself: a second genesis record is skipped.
  const producer = client.producer({ allowAutoTopicCreation: false, createPartitioner: () => partitionGiven });
  try {
    const there = await findThere(setup);
    await refuseDifferences(setup, there);
    // A topic that was only just made may have no leader yet.
    await patiently(() => refuseOthers(setup, there), ['log-unavailable']);
    await makeTopics(setup, there);
    await producer.connect();
    return await patiently(async () => {
      // Another setup, of another mind, may have been faster.
      await refuseDifferences(setup, await findThere(setup));
      return makeGenesis(setup, producer);
    }, ['log-unavailable', 'log-not-ready']);
  } catch (error) {
    throw toLogError(error);
  } finally {
    await Promise.all([producer.disconnect(), setup.reader.close()]);
  }
}

/** Topics that were found, by their names with prefix. */
type There = ReadonlyMap<string, FoundTopic>;

/** Does it again as long as the brokers have not all heard of the topics that one of them just made: what they answer then. */
async function patiently<Value>(step: () => Promise<Value>, passing: readonly string[]): Promise<Value> {
  for (const end = performance.now() + PATIENCE_MS; ;) {
    try {
      return await step();
    } catch (error) {
      const mayPass = passing.includes(toLogError(error).code);
      if (!mayPass || performance.now() > end) throw error;
      await pause(PAUSE_MS);
    }
  }
}

const namesOf = (options: SetupKafkaOptions): string[] =>
  options.layout.topics.map((topic) => namedTopic(options, topic));

const findThere = ({ options, client, reader }: Setup): Promise<There> => findTopics(client, reader, namesOf(options));

async function refuseDifferences({ options, client }: Setup, there: There): Promise<void> {
  const differences = await findDifferences(client, options, there);
  if (differences.length > 0) throw new LogDiffers(inWords(differences));
}

/** Topics that are there already are of one log, or empty. */
async function refuseOthers(setup: Setup, there: There): Promise<void> {
  const { options } = setup;
  const topics = options.layout.topics.filter((topic) => there.has(namedTopic(options, topic)));
  agreed(options, await readAll(setup, topics));
}

async function makeTopics({ options, client }: Setup, there: There): Promise<void> {
  const { replicas } = replicationOf(options);
  const missing = options.layout.topics.filter((topic) => !there.has(namedTopic(options, topic)));
  if (missing.length === 0) return;
  const admin = client.admin();
  await admin.connect();
  try {
    const topics = missing.map((topic) => ({
      topic: namedTopic(options, topic),
      numPartitions: options.layout.partitions,
      replicationFactor: replicas,
      configEntries: settingsOf(options, topic).map(({ name, value }) => ({ name, value })),
    }));
    // Tried first: where the brokers refuse one of them, none is to be made.
    await admin.createTopics({ waitForLeaders: false, validateOnly: true, topics });
    await admin.createTopics({ waitForLeaders: false, topics });
  } catch (error) {
    throw await explained(error, client, replicas);
  } finally {
    await admin.disconnect();
  }
}

/** That there are too few brokers is the most usual reason, and the brokers say it in their own words. */
async function explained(error: unknown, client: Kafka, replicas: number): Promise<unknown> {
  const answers = error instanceof Error && 'errors' in error && Array.isArray(error.errors) ? error.errors : [error];
  const refused = answers.filter((one: unknown) => answerOf(one) === 'INVALID_TOPIC_EXCEPTION');
  if (refused.length > 0) {
    const names = refused.map((one: { readonly topic?: string }) => one.topic ?? 'a topic').join(', ');
    return new LogDiffers(
      `the brokers refuse the name of ${names}: it is that of another topic but for dots and underscores. ` +
        `Use another topic prefix (LEDGER_TOPIC_PREFIX)`,
      { cause: error },
    );
  }
  if (!answers.some((one: unknown) => answerOf(one) === 'INVALID_REPLICATION_FACTOR')) return error;
  const { length: brokers } = await nodesOf(client);
  return new LogDiffers(
    `the cluster has ${brokers} brokers, and topics need ${replicas} replicas: ` +
      `add brokers, or allow a single broker (KAFKA_SINGLE_BROKER=true)`,
    { cause: error },
  );
}

/**
 * All setups agree on the log's id by the first record of the first topic's first partition, unless some partition says
 * already which log it is; then the partitions that are empty get the genesis record of that log.
 */
async function makeGenesis(setup: Setup, producer: Producer): Promise<LogIdentity> {
  const { options } = setup;
  const found = await readAll(setup);
  const identity = agreed(options, found) ?? (await elect(setup, producer));
  const [elected] = options.layout.topics;
  for (const [topic, beginnings] of found) {
    const empty = [...beginnings.keys()].filter((partition) => beginnings[partition] === 'empty');
    const missing = agreed(options, found) === undefined && topic === elected ? empty.slice(1) : empty;
    await Promise.all(missing.map((partition) => append(setup, producer, { ...identity, topic, partition })));
  }
  const made = agreed(options, await readAll(setup));
  if (made?.logId === identity.logId) return identity;
  throw new LogDiffers(`the topics were made anew by another setup: run this one again`);
}

async function readAll({ options, reader }: Setup, topics = options.layout.topics): Promise<Map<string, Beginning[]>> {
  const found = new Map<string, Beginning[]>();
  for (const topic of topics) {
    const name = namedTopic(options, topic);
    const beginnings = await reader.use(async (cluster) => {
      const { length } = await partitionsOf(cluster, name);
      return readBeginnings(cluster, name, length);
    });
    found.set(topic, beginnings);
  }
  return found;
}

/** The log that the partitions say they are of; undefined where none says any. Throws `LogDiffers`. */
function agreed(options: SetupKafkaOptions, found: ReadonlyMap<string, readonly Beginning[]>): LogIdentity | undefined {
  let identity: LogIdentity | undefined;
  for (const [topic, beginnings] of found) {
    for (const [partition, beginning] of beginnings.entries()) {
      if (beginning === 'empty' || (beginning === 'cut' && expires(options, topic))) continue;
      const where = `partition ${partition} of ${namedTopic(options, topic)}`;
      if (typeof beginning === 'string') throw strange(options, topic, `${where} does not begin with a genesis record`);
      const { logId, generation, partitions } = beginning;
      identity ??= { logId, generation, partitions };
      const isSame = logId === identity.logId && generation === identity.generation;
      if (!isSame || beginning.partition !== partition)
        throw strange(options, topic, `${where} belongs to another log or place`);
    }
  }
  return identity;
}

function strange(options: SetupKafkaOptions, topic: string, what: string): LogDiffers {
  return new LogDiffers(inWords([{ what, mend: beginAnew(options, namedTopic(options, topic)) }]));
}

async function elect(setup: Setup, producer: Producer): Promise<LogIdentity> {
  const { topics, partitions } = setup.options.layout;
  const [topic = ''] = topics;
  await append(setup, producer, { logId: newLogId(), generation: FIRST_GENERATION, topic, partition: 0, partitions });
  const identity = agreed(setup.options, await readAll(setup));
  if (identity !== undefined) return identity;
  throw new LogUnavailable('a genesis record that was appended is not there to be read');
}

async function append({ options }: Setup, producer: Producer, genesis: Genesis): Promise<void> {
  const { topic, partition } = genesis;
  const records = [genesisRecord(genesis)];
  options.onGenesis?.();
  await send(producer, [{ topic: namedTopic(options, topic), partition, records }], SENDING);
}
