import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isGenesis, makeKafkaLog, partitionOf, setupKafkaLog, type LogRecord } from '@mps-ledger/event-log';
import { describeOwnBrokers, itWithKcat, testBrokers, testTopicPrefix } from '@mps-ledger/testing';
import { partitionKey } from '@mps-ledger/records';
import { shellWithKafka, type Shell } from './documented-commands';
import { HARD_TASKS } from './hard-cases';

jest.setTimeout(120_000);

const PARTITIONS = 12;
const BETWEEN = '\u001f';

/** Those that a line of input can hold, and so many others that no partition is met by chance. */
const KEYS = [...HARD_TASKS, ...Array.from({ length: 200 }, (_, number) => `2600000-Procedure-${number}-задача`)]
  .flatMap((taskId) => [partitionKey('default', taskId), partitionKey('acme', taskId)])
  .filter((key) => !/[\0\r\n]/.test(key));

/** Fills a topic by a foreign producer, and answers what came of it. */
async function producedBy(produce: (shell: Shell) => Promise<unknown>): Promise<readonly LogRecord[]> {
  const folder = mkdtempSync(join(tmpdir(), 'mps-ledger-keys-'));
  const [brokers, topicPrefix, topic] = [testBrokers(), testTopicPrefix(), 'keys'];
  const options = { brokers, topicPrefix, singleBroker: true };
  await setupKafkaLog({ ...options, layout: { topics: [topic], partitions: PARTITIONS } });
  const log = makeKafkaLog({ ...options, layout: { topics: [topic] } });
  try {
    await produce(await shellWithKafka(folder, { BROKERS: brokers.join(), TOPIC: topicPrefix + topic }));
    const ends = await log.endPositions(topic);
    const records: LogRecord[] = [];
    for (const [partition, to] of ends.entries())
      for await (const some of log.read({ topic, partition, from: 0, to })) records.push(...some);
    return records.filter((record) => !isGenesis(record));
  } finally {
    await log.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The keys as lines of input: key, separator, value. */
const LINES = KEYS.map((key) => `${key}${BETWEEN}x\n`).join('');

function expectOurPartitions(records: readonly LogRecord[]): void {
  const bytes = (key: string): string => Buffer.from(key).toString();
  expect(records.map(({ key }) => String(key)).sort()).toEqual(KEYS.map(bytes).sort());
  const elsewhere = records.filter(({ key, partition }) => partitionOf(key ?? '', PARTITIONS) !== partition);
  expect(elsewhere.map(({ key }) => String(key))).toEqual([]);
}

describeOwnBrokers('a key is in the partition', () => {
  it('that a Java producer puts it in by default', async () => {
    const options = `--property parse.key=true --property key.separator=${BETWEEN}`;
    const command = `kafka-console-producer.sh --bootstrap-server "$BROKERS" --topic "$TOPIC" ${options}`;
    expectOurPartitions(await producedBy((shell) => shell.run(command, [], LINES)));
  });

  itWithKcat('that librdkafka puts it in when told to hash as Java does', async () => {
    const command = `kcat -P -b "$BROKERS" -t "$TOPIC" -X topic.partitioner=murmur2_random -K ${BETWEEN}`;
    expectOurPartitions(await producedBy((shell) => shell.run(command, [], LINES)));
  });
});
