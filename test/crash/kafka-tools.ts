import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { eventually } from '@mps-ledger/spec-kit';
import { kafkaProgram, runKafkaTool } from '@mps-ledger/testing';

/*
 * Operations by Kafka's own command line tools. `brokers`: as in KAFKA_BROKERS. A call takes a second or two, mostly for the start of
 * Java.
 */

const runFile = promisify(execFile);

const PACKAGE = 'org.apache.kafka.tools';
const TIMEOUT_MS = 60_000;

async function runTool(tool: string, brokers: string, args: readonly string[]): Promise<string> {
  const given = ['--bootstrap-server', brokers, ...args];
  return runKafkaTool(await kafkaProgram(), `${PACKAGE}.${tool}`, given, TIMEOUT_MS);
}

/** The leader node of each partition of a topic; -1 if there is none. */
export async function leadersOf(brokers: string, topic: string): Promise<readonly number[]> {
  const said = await runTool('TopicCommand', brokers, ['--describe', '--topic', topic]);
  const leaders: number[] = [];
  for (const [, partition, leader] of said.matchAll(/Partition: (\d+)\s+Leader: (\d+|none)/g))
    leaders[Number(partition)] = leader === 'none' ? -1 : Number(leader);
  return leaders;
}

/** Deletes a topic and waits until it is deleted. */
export async function deleteTopic(brokers: string, topic: string): Promise<void> {
  await runTool('TopicCommand', brokers, ['--delete', '--topic', topic]);
  await eventually(async () => !(await runTool('TopicCommand', brokers, ['--list'])).split('\n').includes(topic), {
    what: `the end of topic ${topic}`,
  });
}

/** Creates a topic with the ledger's settings. */
export async function createTopic(brokers: string, topic: string, partitions: number): Promise<void> {
  const settings = ['retention.ms=-1', 'message.timestamp.type=LogAppendTime', 'max.message.bytes=8388608'];
  const given = settings.flatMap((setting) => ['--config', setting]);
  await runTool('TopicCommand', brokers, ['--create', '--topic', topic, '--partitions', `${partitions}`, ...given]);
}

/** Increases the number of partitions of a topic; Kafka cannot reduce it. */
export async function addPartitions(brokers: string, topic: string, partitions: number): Promise<void> {
  await runTool('TopicCommand', brokers, ['--alter', '--topic', topic, '--partitions', `${partitions}`]);
}

/** Changes one setting of a topic; the others are kept. */
export async function setTopic(brokers: string, topic: string, name: string, value: string): Promise<void> {
  const place = ['--entity-type', 'topics', '--entity-name', topic];
  const given = ['--bootstrap-server', brokers, '--alter', ...place, '--add-config', `${name}=${value}`];
  await runKafkaTool(await kafkaProgram(), 'kafka.admin.ConfigCommand', given, TIMEOUT_MS);
}

/** Deletes the records of one partition before an offset, as retention would. */
export async function expire(brokers: string, topic: string, partition: number, before: number): Promise<void> {
  const file = join(await mkdtemp(join(tmpdir(), 'mps-ledger-expire-')), 'offsets.json');
  await writeFile(file, JSON.stringify({ version: 1, partitions: [{ topic, partition, offset: before }] }));
  await runTool('DeleteRecordsCommand', brokers, ['--offset-json-file', file]);
  await rm(dirname(file), { recursive: true });
}

/** The number of members of a group, according to its coordinator. */
export async function membersOf(brokers: string, group: string): Promise<number> {
  const said = await runTool('consumer.group.ConsumerGroupCommand', brokers, [
    '--describe',
    '--members',
    '--group',
    group,
  ]);
  return said.split('\n').filter((line) => line.startsWith(`${group} `)).length;
}

/** The committed offsets of a group for a topic. */
export interface CommittedOffsets {
  readonly brokers: string;
  readonly group: string;
  readonly topic: string;
}

const GROUPS = 'consumer.group.ConsumerGroupCommand';
/** Time limit until a group has no members: a killed member stays until its session ends. */
const GROUP_ENDS_MS = 60_000;

/** Deletes a group with its committed offsets, when it has no members. */
export async function deleteOffsets({ brokers, group }: CommittedOffsets): Promise<void> {
  await eventually(
    async () => (await runTool(GROUPS, brokers, ['--delete', '--group', group])).includes('was successful'),
    { timeoutMs: GROUP_ENDS_MS, what: `the end of group ${group}` },
  );
}

/** Sets the committed offsets of a group, when it has no members. */
export async function moveOffsetsTo({ brokers, group, topic }: CommittedOffsets, to: 'latest' | number): Promise<void> {
  await eventually(async () => (await membersOf(brokers, group)) === 0, {
    timeoutMs: GROUP_ENDS_MS,
    what: `the end of group ${group}`,
  });
  if (to === 'latest')
    await runTool(GROUPS, brokers, ['--reset-offsets', '--to-latest', '--execute', '--group', group, '--topic', topic]);
  // Kafka's own tool moves a number that is beyond the end back to it; the brokers take any.
  else await runFile(process.execPath, ['-e', SET_OFFSETS, brokers, group, topic, `${to}`], { timeout: TIMEOUT_MS });
}

const SET_OFFSETS = `
  const [brokers, groupId, topic, offset] = process.argv.slice(1);
  const { Kafka, logLevel } = require('kafkajs');
  const admin = new Kafka({ brokers: brokers.split(','), logLevel: logLevel.NOTHING }).admin();
  const run = async () => {
    await admin.connect();
    const partitions = (await admin.fetchTopicOffsets(topic)).map(({ partition }) => ({ partition, offset }));
    await admin.setOffsets({ groupId, topic, partitions });
    await admin.disconnect();
  };
  run().catch((error) => { console.error(error); process.exit(1); });`;
