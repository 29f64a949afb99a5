import { Kafka, logLevel, type Admin } from 'kafkajs';

import { makeKafkaLog, setupKafkaLog, type EventLog, type SetupKafkaOptions } from '@mps-ledger/event-log';
import { eventually } from '@mps-ledger/spec-kit';
import {
  collect,
  describeOwnBrokers,
  record,
  startProxiedBroker,
  testTopicPrefix,
  type ProxiedBroker,
} from '@mps-ledger/testing';

import { removeTopics } from '../testing/topics';

jest.setTimeout(120_000);

const TOPIC = 'accident';
const layout = { topics: [TOPIC], partitions: 2 };
const NOT_READY = { code: 'log-not-ready' };

let kafka: ProxiedBroker;
let admin: Admin;
let options: SetupKafkaOptions;
let name: string;
const opened: EventLog[] = [];

function open(): EventLog {
  const log = makeKafkaLog({ ...options, sessionTimeoutMs: 6_000 });
  opened.push(log);
  return log;
}

const topics = (): Promise<string[]> => admin.listTopics();

/** Deletes the log's topic and waits until the broker that is asked knows it. */
async function removeTopic(): Promise<void> {
  await removeTopics(kafka.direct, name);
  await eventually(async () => !(await topics()).includes(name));
}

/**
 * Metadata is what topics are made by. Waits until that was asked for so many times more, by whoever is to be watched, or
 * the topic is there for all that.
 */
async function asked(times: number): Promise<void> {
  const enough = kafka.proxy.requests('Metadata') + times;
  await eventually(async () => kafka.proxy.requests('Metadata') >= enough || (await topics()).includes(name));
}

/** Has a topic made by accident, as anybody would, and answers the topics once it is there: what was asked for before is, too. */
async function topicsAfterAnAccident(): Promise<string[]> {
  const accident = `${name}.control`;
  const client = new Kafka({ brokers: [...kafka.direct], logLevel: logLevel.NOTHING });
  const producer = client.producer({ allowAutoTopicCreation: true });
  await producer.connect();
  await producer.send({ topic: accident, messages: [{ value: 'x' }] });
  await producer.disconnect();
  await eventually(async () => (await topics()).includes(accident));
  return topics();
}

describeOwnBrokers('a topic that is missing stays so, on a broker that makes topics by accident,', () => {
  beforeAll(async () => {
    kafka = await startProxiedBroker({ settings: { 'auto.create.topics.enable': 'true', 'num.partitions': '2' } });
    admin = new Kafka({ brokers: [...kafka.direct], logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
  });
  beforeEach(() => {
    const topicPrefix = testTopicPrefix();
    name = `${topicPrefix}${TOPIC}`;
    options = { brokers: kafka.proxied, layout, topicPrefix, singleBroker: true };
  });
  afterEach(async () => {
    kafka.proxy.set('open');
    await Promise.all(opened.splice(0).map((log) => log.close()));
  });
  afterAll(async () => {
    await admin.disconnect();
    await kafka.stop();
  });

  it.each<[string, (log: EventLog) => Promise<unknown>]>([
    ['appended to', (log) => log.append(TOPIC, 0, [record('x')])],
    ['asked for its identity', (log) => log.identity()],
    ['read', (log) => log.read({ topic: TOPIC, partition: 0, from: 0, to: 1 })[Symbol.asyncIterator]().next()],
    ['asked for its ends', (log) => log.endPositions(TOPIC)],
    ['asked for a group’s progress', (log) => log.progress('nobody', TOPIC)],
  ])('when it is %s', async (_, use) => {
    await expect(use(open())).rejects.toMatchObject(NOT_READY);
    expect(await topicsAfterAnAccident()).not.toContain(name);
  });

  it('when it is followed', async () => {
    const { follower } = collect(open(), { group: 'waiting', topic: TOPIC });
    await asked(3);
    expect(await topicsAfterAnAccident()).not.toContain(name);
    await follower.stop();
  });

  it('when it is deleted under those who append to it', async () => {
    await setupKafkaLog(options);
    const log = open();
    await log.append(TOPIC, 0, [record('before')]);
    await removeTopic();
    await expect(log.append(TOPIC, 0, [record('after')])).rejects.toMatchObject(NOT_READY);
    expect(await topicsAfterAnAccident()).not.toContain(name);
  });

  it('when it is deleted under those who follow it', async () => {
    await setupKafkaLog(options);
    const { delivered, follower } = collect(open(), { group: 'bereft', topic: TOPIC });
    await eventually(() => delivered.log(0).length === 1 && delivered.log(1).length === 1);
    await removeTopic();
    await asked(3);
    expect(await topicsAfterAnAccident()).not.toContain(name);
    await follower.stop();
  });

  it('when it is deleted under a setup, which another one makes good', async () => {
    let isRemoved = false;
    const onGenesis = once(() => {
      kafka.proxy.set('hang');
      void removeTopic().then(() => {
        isRemoved = true;
        kafka.proxy.set('open');
      });
    });
    const first = setupKafkaLog({ ...options, onGenesis });
    // Whoever waits for it does so later.
    first.catch(() => undefined);
    await eventually(() => isRemoved);
    await asked(3);
    expect(await topicsAfterAnAccident()).not.toContain(name);
    const second = setupKafkaLog({ ...options, brokers: kafka.direct });
    expect(await first).toEqual(await second);
  });
});

/** Does it the first time only. */
function once(work: () => void): () => void {
  let left = 1;
  return () => {
    if (left-- > 0) work();
  };
}
