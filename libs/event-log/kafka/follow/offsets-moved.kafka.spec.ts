import { Kafka, logLevel, type Admin } from 'kafkajs';

import { makeKafkaLog, setupKafkaLog, type EventLog } from '@mps-ledger/event-log';
import { eventually } from '@mps-ledger/spec-kit';
import {
  appendEach,
  collect,
  CONTRACT_LAYOUT,
  describeKafka,
  numbered,
  testBrokers,
  testTopicPrefix,
} from '@mps-ledger/testing';

import { removeTopics } from '../testing/topics';

const [TOPIC = ''] = CONTRACT_LAYOUT.topics;
const GROUP = 'moved';

describeKafka('a group whose committed offsets were moved', () => {
  let log: EventLog;
  let admin: Admin;
  let topicPrefix: string;

  beforeEach(async () => {
    topicPrefix = testTopicPrefix();
    const options = { brokers: testBrokers(), layout: CONTRACT_LAYOUT, topicPrefix, singleBroker: true };
    await setupKafkaLog(options);
    log = makeKafkaLog({ ...options, sessionTimeoutMs: 6_000 });
    admin = new Kafka({ brokers: [...testBrokers()], logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
  });
  afterEach(async () => {
    await log.close();
    await admin.disconnect();
    await removeTopics(testBrokers(), topicPrefix);
  });

  const groupId = (): string => `${topicPrefix}${GROUP}`;

  async function moveTo(offset: number): Promise<void> {
    const partitions = Array.from({ length: CONTRACT_LAYOUT.partitions }, (_, partition) => ({
      partition,
      offset: `${offset}`,
    }));
    await admin.setOffsets({ groupId: groupId(), topic: `${topicPrefix}${TOPIC}`, partitions });
  }

  it.each([
    ['beyond the end', () => moveTo(1_000_000)],
    ['to the end', () => moveTo(16)],
    ['to the beginning', () => moveTo(0)],
    ['to nowhere', () => admin.deleteGroups([groupId()])],
  ])('begins where startAt says all the same, and commits from there (%s)', async (_, move) => {
    await appendEach(log, TOPIC, 0, numbered('before', 10));
    const before = collect(log, { group: GROUP, topic: TOPIC });
    await eventually(async () => (await log.progress(GROUP, TOPIC))[0] === 11);
    await before.follower.stop();
    await move();
    await appendEach(log, TOPIC, 0, numbered('after', 5));
    const failures: unknown[] = [];
    const { delivered, follower } = collect(log, {
      ...{ group: GROUP, topic: TOPIC },
      startAt: async (partition) => (partition === 0 ? 11 : 1),
      onFailure: ({ error }) => failures.push(error),
    });
    await eventually(() => delivered.texts(0).length === 5);
    await eventually(async () => (await log.progress(GROUP, TOPIC))[0] === 16);
    await follower.stop();
    expect({ texts: delivered.texts(0), failures }).toEqual({ texts: numbered('after', 5), failures: [] });
  });
});
