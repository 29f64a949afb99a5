import { setTimeout as pause } from 'node:timers/promises';

import type { Kafka, Producer } from 'kafkajs';

import { LogDiffers, LogUnavailable } from '../../port/errors';
import { genesisOf, genesisRecord } from '../../port/genesis';
import { identityIn } from '../../guard/judge';
import type { PartitionInspection } from '../../guard/inspection';
import { silent } from '../../port/logger';
import { newLogId } from '../../port/log-id';
import type { LogIdentity, LogLayout } from '../../port/port';
import { FIRST_GENERATIONS } from '../../port/topic-names';
import { planSetup, type KnownLog, type SetupPlan } from '../../setup/plan-setup';
import { makeClient, type KafkaConnection } from '../client';
import { answerOf, toLogError } from '../faults';
import { hasRecords } from './has-records';
import { inspectPartitions } from '../guard/inspect';
import { findDifferences, inWords } from './differences';
import { makeReader, type Reader } from '../reader';
import { partitionGiven, send } from '../append/send';
import {
  expires,
  findTopics,
  namedTopic,
  nodesOf,
  replicationOf,
  settingsOf,
  type FoundTopic,
  type TopicOptions,
} from './topic-settings';

export interface SetupKafkaOptions extends KafkaConnection, TopicOptions {
  readonly layout: LogLayout;
  /** The log that the database knows: no other is created or accepted. Default: none. */
  readonly known?: KnownLog;
  /** Called before each genesis record is appended. Default: not called. */
  readonly onGenesis?: () => void;
}

const MAX_RETRY_MS = 30_000;
const RETRY_PAUSE_MS = 100;
const SENDING = { compression: 'none', replicationTimeoutMs: 10_000 } as const;

/** Setup, with its clients. */
interface Setup {
  readonly options: SetupKafkaOptions;
  readonly client: Kafka;
  readonly reader: Reader;
}

/**
 * Creates the log's topics, or what is missing of an unused log, each partition with a genesis record, and returns the log's
 * identity. Idempotent, and safe to run concurrently: a second genesis record is skipped. Differences that break no guarantee
 * are logged. Rejects, with nothing changed: `LogDiffers`, naming what exists, what is missing and how to fix it, or
 * `LogUnavailable`.
 */
export async function setupKafkaLog(options: SetupKafkaOptions): Promise<LogIdentity> {
  const client = makeClient(options);
  const setup: Setup = { options, client, reader: makeReader(client) };
  // Its retries are safe: a second genesis record is skipped.
  const producer = client.producer({ allowAutoTopicCreation: false, createPartitioner: () => partitionGiven });
  try {
    const existing = await findExisting(setup);
    await refuseUnsafe(setup, existing);
    // A topic that was just created may have no leader yet.
    const plan = await retrying(() => planFor(setup, existingAmong(options, existing)), ['log-unavailable']);
    if (plan.step !== 'nothing') await createTopics(setup, existing);
    await producer.connect();
    const identity = await retrying(() => appendGenesis(setup, producer), ['log-unavailable', 'log-not-ready']);
    await logWarnings(setup, await findExisting(setup), plan);
    return identity;
  } catch (error) {
    throw toLogError(error);
  } finally {
    await Promise.all([producer.disconnect(), setup.reader.close()]);
  }
}

const existingAmong = (options: SetupKafkaOptions, existing: ExistingTopics): readonly string[] =>
  options.layout.topics.filter((topic) => existing.has(namedTopic(options, topic)));

/** Existing topics, by their names with prefix. */
type ExistingTopics = ReadonlyMap<string, FoundTopic>;

/** Retries a step while it fails with one of these codes, as it does until all brokers know a topic that was just created. */
async function retrying<Value>(step: () => Promise<Value>, passing: readonly string[]): Promise<Value> {
  for (const end = performance.now() + MAX_RETRY_MS; ;) {
    try {
      return await step();
    } catch (error) {
      const mayPass = passing.includes(toLogError(error).code);
      if (!mayPass || performance.now() > end) throw error;
      await pause(RETRY_PAUSE_MS);
    }
  }
}

const namesOf = (options: SetupKafkaOptions): string[] =>
  options.layout.topics.map((topic) => namedTopic(options, topic));

const findExisting = ({ options, client, reader }: Setup): Promise<ExistingTopics> =>
  findTopics(client, reader, namesOf(options));

async function refuseUnsafe({ options, client }: Setup, existing: ExistingTopics): Promise<void> {
  const differences = await findDifferences(client, options, existing);
  const unsafe = differences.filter(({ isUnsafe }) => isUnsafe);
  if (unsafe.length > 0) throw new LogDiffers(inWords(unsafe));
}

async function logWarnings({ options, client }: Setup, existing: ExistingTopics, { extra }: SetupPlan): Promise<void> {
  const { logger = silent, layout } = options;
  for (const partition of extra)
    logger.warn(
      { reason: `${partition} is ignored: the log has ${layout.partitions} partitions a topic` },
      'the log differs from what setup creates',
    );
  for (const { what, fix } of await findDifferences(client, options, existing))
    logger.warn({ reason: what, fix }, 'the log differs from what setup creates; its guarantees hold');
}

/** Only setup waits for it. */
const LEADER_TIMEOUT_MS = 10_000;

/** The plan for existing topics. */
async function planFor({ options, reader }: Setup, topics: readonly string[]): Promise<SetupPlan> {
  const named = (topic: string): string => namedTopic(options, topic);
  const inspections =
    topics.length === 0 ? [] : await inspectPartitions(reader, { topics, named, leaderTimeoutMs: LEADER_TIMEOUT_MS });
  const uninspected = inspections.find(({ found }) => found === null);
  if (uninspected !== undefined)
    throw new LogUnavailable(
      `the leader of partition ${uninspected.partition} of ${named(uninspected.topic)} does not answer`,
    );
  return planSetup({
    ...{ layout: options.layout, inspections, named, expires: (topic: string) => expires(options, topic) },
    hasRecords: await hasRecords(reader, inspections, named),
    known: options.known ?? null,
  });
}

async function createTopics({ options, client }: Setup, existing: ExistingTopics): Promise<void> {
  const { replicas } = replicationOf(options);
  const missing = options.layout.topics.filter((topic) => !existing.has(namedTopic(options, topic)));
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
    // Validated first: where the brokers refuse one of them, none is created.
    await admin.createTopics({ waitForLeaders: false, validateOnly: true, topics });
    await admin.createTopics({ waitForLeaders: false, topics });
  } catch (error) {
    throw await explained(error, client, replicas);
  } finally {
    await admin.disconnect();
  }
}

/** Explains the usual reasons for which brokers refuse to create a topic. */
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
 * Concurrent setups agree on the log's id by the first record of the first topic's first partition, unless another partition has
 * a genesis record; then the empty partitions get the genesis record of that log.
 */
async function appendGenesis(setup: Setup, producer: Producer): Promise<LogIdentity> {
  const { topics, partitions } = setup.options.layout;
  // A concurrent setup with other options may have been faster.
  await refuseUnsafe(setup, await findExisting(setup));
  const { step, identity: found } = await planFor(setup, topics);
  if (step === 'nothing' && found !== null) return found;
  const identity = found ?? (await elect(setup, producer));
  const missing = (await inspect(setup)).filter(
    (one) => one.found?.beginning === 'empty' && one.partition < partitions,
  );
  await Promise.all(missing.map((one) => append(setup, producer, { ...identity, partitions }, one)));
  const done = await planFor(setup, topics);
  if (done.step === 'nothing' && done.identity?.logId === identity.logId) return done.identity;
  throw new LogDiffers(`another setup recreated the topics: run this one again`);
}

function inspect({ options, reader }: Setup) {
  const { topics } = options.layout;
  return inspectPartitions(reader, {
    topics,
    named: (topic) => namedTopic(options, topic),
    leaderTimeoutMs: LEADER_TIMEOUT_MS,
  });
}

async function elect(setup: Setup, producer: Producer): Promise<LogIdentity> {
  const { topics, partitions, generations = FIRST_GENERATIONS } = setup.options.layout;
  const [topic = ''] = topics;
  await append(setup, producer, { logId: newLogId(), ...generations, partitions }, { topic, partition: 0 });
  const identity = identityIn(await inspect(setup), generations);
  if (identity !== null) return identity;
  throw new LogUnavailable('a genesis record that was appended cannot be read');
}

async function append(
  { options }: Setup,
  producer: Producer,
  identity: LogIdentity,
  { topic, partition }: Pick<PartitionInspection, 'topic' | 'partition'>,
): Promise<void> {
  const records = [genesisRecord(genesisOf(identity, { topic, partition }, options.layout.derived))];
  options.onGenesis?.();
  await send(producer, [{ topic: namedTopic(options, topic), partition, records }], SENDING);
}
