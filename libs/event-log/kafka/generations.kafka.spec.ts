import { Kafka, logLevel, type Admin } from 'kafkajs';

import { makeKafkaLog, setupKafkaLog, type EventLog, type SetupKafkaOptions } from '@mps-ledger/event-log';
import { eventually } from '@mps-ledger/spec-kit';
import { collect, CONTRACT_LAYOUT, describeKafka, record, testBrokers, testTopicPrefix } from '@mps-ledger/testing';

import { removeTopics } from './testing/topics';

jest.setTimeout(60_000);

const TOPIC = 'contract.first';
const derived = { topic: TOPIC, mapper: 'mps9' };
const generations = { logGeneration: 2, eventGeneration: 3 };
const layout = { ...CONTRACT_LAYOUT, derived };
const ofCopy = { ...layout, generations };

let admin: Admin;
let options: SetupKafkaOptions;
const opened: EventLog[] = [];

function open(of: typeof layout): EventLog {
  const log = makeKafkaLog({ ...options, layout: of });
  opened.push(log);
  return log;
}

describeKafka('generations of a log on Kafka', () => {
  beforeAll(async () => {
    admin = new Kafka({ brokers: [...testBrokers()], logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
  });
  beforeEach(() => {
    options = { brokers: testBrokers(), layout, topicPrefix: testTopicPrefix(), singleBroker: true };
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((log) => log.close()));
    await removeTopics(testBrokers(), options.topicPrefix!);
  });
  afterAll(() => admin.disconnect());

  it('are kept beside each other, under names of their own', async () => {
    const first = await setupKafkaLog(options);
    const copy = await setupKafkaLog({ ...options, layout: ofCopy });
    expect(copy).toMatchObject(generations);
    const names = (await admin.listTopics()).filter((name) => name.startsWith(options.topicPrefix!));
    const suffixes = layout.topics.flatMap((topic) => [topic, topic === TOPIC ? `${topic}.l2m3` : `${topic}.l2`]);
    expect(names.map((name) => name.slice(options.topicPrefix!.length)).sort()).toEqual(suffixes.sort());

    const [one, other] = [open(layout), open(ofCopy)];
    expect([await one.identity(), await other.identity()]).toEqual([first, copy]);
    other.guard.expect(copy);
    const { offsets } = await other.append(TOPIC, 0, [record('for the copy')]);
    const { delivered } = collect(other, { group: 'g', topic: TOPIC });
    const read = await eventually(() => delivered.get(0, offsets[0] ?? 0), { timeoutMs: 30_000 });
    expect([read.topic, String(read.value)]).toEqual([TOPIC, 'for the copy']);
    expect((await one.endPositions(TOPIC))[0]).toBe(1);
    expect(await other.guard.check()).toBeNull();
  });

  it('are refused where the genesis records name another mapper', async () => {
    await setupKafkaLog({ ...options, layout: ofCopy });
    const mistaken = { ...ofCopy, derived: { ...derived, mapper: 'mps8' } };
    const message = expect.stringMatching(/by mps9.*by mps8/);
    await expect(open(mistaken).identity()).rejects.toMatchObject({ code: 'log-not-ready', message });
    await expect(setupKafkaLog({ ...options, layout: mistaken })).rejects.toMatchObject({
      code: 'log-differs',
      message,
    });
  });

  it('are refused, changing nothing, where they are of another format', async () => {
    const name = `${options.topicPrefix}${TOPIC}`;
    const producer = new Kafka({ brokers: [...testBrokers()], logLevel: logLevel.NOTHING }).producer();
    await producer.connect();
    const configEntries = [
      { name: 'retention.ms', value: '-1' },
      { name: 'retention.bytes', value: '-1' },
      { name: 'min.insync.replicas', value: '1' },
      { name: 'unclean.leader.election.enable', value: 'false' },
    ];
    await admin.createTopics({ topics: [{ topic: name, numPartitions: layout.partitions, configEntries }] });
    const value = '{"log_id":"aaaaaaaaaaaa","generation":1,"topic":"contract.first","partition":0,"partitions":4}';
    for (let partition = 0; partition < layout.partitions; partition += 1)
      await producer.send({ topic: name, messages: [{ partition, value, headers: { 'ledger-genesis': '1' } }] });
    await producer.disconnect();
    const message = `partition 0 of ${name} is of format 1, and this build reads format 2`;
    await expect(setupKafkaLog(options)).rejects.toMatchObject({ code: 'log-format', message });
    await expect(open({ ...layout, topics: [TOPIC] }).identity()).rejects.toMatchObject({
      code: 'log-format',
      message,
    });
    expect((await admin.listTopics()).filter((one) => one.startsWith(`${options.topicPrefix}contract`))).toEqual([
      name,
    ]);
  });
});
