import { ConfigResourceTypes, Kafka, logLevel, type Admin, type ITopicConfig } from 'kafkajs';

import { makeKafkaLog, setupKafkaLog, type SetupKafkaOptions } from '@mps-ledger/event-log';
import { eventually } from '@mps-ledger/spec-kit';
import { collect, CONTRACT_LAYOUT, describeKafka, record, testBrokers, testTopicPrefix } from '@mps-ledger/testing';

import { removeTopics } from '../testing/topics';

jest.setTimeout(60_000);

const TOPIC = 'contract.first';
const layout = CONTRACT_LAYOUT;

let admin: Admin;
let options: SetupKafkaOptions;

const named = (topic: string): string => `${options.topicPrefix}${topic}`;

async function settingsOf(topic: string): Promise<Record<string, string>> {
  const resources = [{ type: ConfigResourceTypes.TOPIC, name: named(topic) }];
  const described = await admin.describeConfigs({ includeSynonyms: false, resources });
  return Object.fromEntries(
    described.resources[0]!.configEntries.map(({ configName, configValue }) => [configName, configValue]),
  );
}

/** The topic as setup makes it, but for these differences. */
async function makeTopic(topic: string, differences: Partial<ITopicConfig> & { settings?: Record<string, string> }) {
  const { settings, ...rest } = differences;
  const all = {
    'cleanup.policy': 'delete',
    'retention.ms': '-1',
    'retention.bytes': '-1',
    'min.insync.replicas': '1',
    'max.message.bytes': '8388608',
    'message.timestamp.type': 'LogAppendTime',
    'unclean.leader.election.enable': 'false',
    'compression.type': 'producer',
    ...settings,
  };
  const configEntries = Object.entries(all).map(([name, value]) => ({ name, value }));
  const fresh = { topic: named(topic), numPartitions: 4, replicationFactor: 1, configEntries, ...rest };
  await admin.createTopics({ topics: [fresh], waitForLeaders: false });
  // The broker hears of it from the controller, a moment later.
  await eventually(async () => (await admin.fetchTopicMetadata({ topics: [fresh.topic] })).topics.length === 1);
}

describeKafka('setup of the Kafka log', () => {
  beforeAll(async () => {
    admin = new Kafka({ brokers: [...testBrokers()], logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
  });
  beforeEach(() => {
    options = { brokers: testBrokers(), layout, topicPrefix: testTopicPrefix(), singleBroker: true };
  });
  afterEach(() => removeTopics(testBrokers(), options.topicPrefix!));
  afterAll(() => admin.disconnect());

  it('creates topics that keep everything indefinitely, except those with a retention', async () => {
    await setupKafkaLog({ ...options, retentionMs: { 'contract.second': 86_400_000 } });
    expect(await settingsOf(TOPIC)).toMatchObject({
      'cleanup.policy': 'delete',
      'retention.ms': '-1',
      'retention.bytes': '-1',
      'min.insync.replicas': '1',
      'max.message.bytes': '8388608',
      'message.timestamp.type': 'LogAppendTime',
      'unclean.leader.election.enable': 'false',
      'compression.type': 'producer',
    });
    expect(await settingsOf('contract.second')).toMatchObject({ 'retention.ms': '86400000', 'retention.bytes': '-1' });
  });

  it.each([
    ['retention.ms', '604800000', '-1'],
    ['retention.bytes', '1000000', '-1'],
    ['cleanup.policy', 'compact', 'delete'],
    ['unclean.leader.election.enable', 'true', 'false'],
  ])(
    'refuses a topic with another %s, naming the command that fixes it, and changes nothing',
    async (name, is, must) => {
      await makeTopic(TOPIC, { settings: { [name]: is } });
      const refusal = await setupKafkaLog(options).catch((error: unknown) => error);
      expect(refusal).toMatchObject({ code: 'log-differs' });
      expect((refusal as Error).message).toBe(
        `${named(TOPIC)} has ${name}=${is}, not ${must}\n` +
          `  to fix it: kafka-configs.sh --bootstrap-server ${testBrokers().join(',')} --alter --entity-type topics ` +
          `--entity-name ${named(TOPIC)} --add-config ${name}=${must}`,
      );
      expect((await settingsOf(TOPIC))[name]).toBe(is);
      expect(await admin.listTopics()).not.toContain(named('contract.second'));
    },
  );

  it.each([
    ['max.message.bytes', '1048588', '1048588, not 8388608'],
    ['message.timestamp.type', 'CreateTime', 'CreateTime, not LogAppendTime'],
    ['compression.type', 'gzip', 'gzip, not producer'],
    ['segment.ms', '3600000', '3600000, which setup does not set'],
  ])('takes a topic with another %s, which loses nothing, and says so, as do the programs', async (name, is, said) => {
    await makeTopic(TOPIC, { settings: { [name]: is } });
    const warn = jest.fn();
    const logger = {
      debug: warn,
      info: warn,
      error: warn,
      warn: (fields: { reason: string }) => void warn(fields.reason),
    };
    const reason = `${named(TOPIC)} has ${name}=${said}`;
    const identity = await setupKafkaLog({ ...options, logger });
    expect(warn).toHaveBeenCalledWith(reason);
    warn.mockClear();
    const log = makeKafkaLog({ ...options, guardLogger: logger });
    expect(await log.identity()).toEqual(identity);
    log.guard.expect(identity);
    await log.append(TOPIC, 0, [record('x')]);
    for (let times = 0; times < 2; times += 1) expect(await log.guard.check()).toBeNull();
    expect(log.guard.warnings()).toEqual([reason]);
    expect(warn.mock.calls).toEqual([[reason]]);
    await log.close();
  });

  it('names every difference at once', async () => {
    await makeTopic(TOPIC, { settings: { 'retention.ms': '1000', 'cleanup.policy': 'compact' } });
    await makeTopic('contract.second', { settings: { 'retention.bytes': '5' } });
    const refusal = (await setupKafkaLog(options).catch((error: unknown) => error)) as Error;
    for (const part of ['retention.ms=1000', 'cleanup.policy=compact', 'retention.bytes=5']) {
      expect(refusal.message).toContain(part);
    }
    expect(refusal.message.match(/to fix it/g)).toHaveLength(3);
  });

  it('refuses topics of other numbers of partitions, before any is made', async () => {
    await makeTopic('contract.second', { numPartitions: 5 });
    await expect(setupKafkaLog(options)).rejects.toMatchObject({
      code: 'log-differs',
      message: expect.stringMatching(/5 partitions, not 4/),
    });
    expect(await admin.listTopics()).not.toContain(named(TOPIC));
  });

  it('refuses too few replicas, and too few brokers for them, unless a single broker is allowed', async () => {
    const { singleBroker: _, ...strict } = options;
    await expect(setupKafkaLog(strict)).rejects.toMatchObject({
      code: 'log-differs',
      message: expect.stringMatching(/1 brokers.*3 replicas/),
    });
    await makeTopic(TOPIC, {});
    await expect(setupKafkaLog(strict)).rejects.toMatchObject({
      code: 'log-differs',
      message: expect.stringMatching(
        /1 replicas, not 3[^]*the cluster has 1 brokers: add 2,[^]*min\.insync\.replicas=1, not 2/,
      ),
    });
  });

  it('accepts a topic that was created by hand with the right settings', async () => {
    await makeTopic(TOPIC, {});
    const identity = await setupKafkaLog(options);
    expect(await setupKafkaLog(options)).toEqual(identity);
  });

  it('refuses a topic that others have written to', async () => {
    await makeTopic(TOPIC, {});
    const producer = new Kafka({ brokers: [...testBrokers()], logLevel: logLevel.NOTHING }).producer();
    await producer.connect();
    await producer.send({ topic: named(TOPIC), messages: [{ value: 'of theirs', partition: 2 }] });
    await producer.disconnect();
    await expect(setupKafkaLog(options)).rejects.toMatchObject({
      code: 'log-differs',
      message:
        `partition 2 of ${named(TOPIC)} does not begin with a genesis record: it has records of another program\n` +
        `  to fix it: use another topic prefix, and leave this topic to its owner`,
    });
    expect(await admin.listTopics()).not.toContain(named('contract.second'));
  });

  it('adds a topic to a log that nobody used yet, as part of the same log', async () => {
    const before = await setupKafkaLog(options);
    const more = { ...options, layout: { ...layout, topics: [...layout.topics, 'contract.third'] } };
    const log = makeKafkaLog(more);
    await expect(log.identity()).rejects.toMatchObject({ code: 'log-not-ready' });
    expect(await setupKafkaLog(more)).toEqual(before);
    expect(await log.identity()).toEqual(before);
    await log.close();
  });

  it.each([
    ['contract.first', 'contract_first'],
    ['contract.second', 'contract_second'],
  ])('makes nothing where the brokers refuse %s, as there is a %s', async (topic, other) => {
    await admin.createTopics({ topics: [{ topic: named(other), numPartitions: 1 }], waitForLeaders: false });
    await eventually(async () => (await admin.listTopics()).includes(named(other)));
    await expect(setupKafkaLog(options)).rejects.toMatchObject({
      code: 'log-differs',
      message: expect.stringMatching(new RegExp(`refuse the name of ${named(topic)}: .*LEDGER_TOPIC_PREFIX`)) as string,
    });
    const there = (await admin.listTopics()).filter((name) => name.startsWith(options.topicPrefix!));
    expect(there).toEqual([named(other)]);
  });

  it.each(['is missing', 'was deleted and recreated by hand', 'is missing, and the database knows the log'])(
    'creates no topic of a log again that %s, and says what exists',
    async (how) => {
      const identity = await setupKafkaLog(options);
      const log = makeKafkaLog(options);
      const isKnown = how.includes('database');
      if (!isKnown) await log.append('contract.second', 1, [record('acknowledged')]);
      await removeTopics(testBrokers(), named(TOPIC));
      if (how.includes('recreated')) await makeTopic(TOPIC, {});
      const refusal = setupKafkaLog({ ...options, ...(isKnown && { known: identity }) });
      await expect(refusal).rejects.toMatchObject({
        code: 'log-differs',
        message: expect.stringMatching(
          /contract\.first \(all of it\)[^]*contract\.second \(ends at \d over 4 partitions\)[^]*to fix it/,
        ),
      });
      expect((await admin.listTopics()).includes(named(TOPIC))).toBe(how.includes('recreated'));
      await expect(log.identity()).rejects.toMatchObject({ code: 'log-not-ready' });
      await log.close();
    },
  );

  it('makes no log in place of one that the database knows', async () => {
    const known = { logId: 'aaaaaaaaaaaa', logGeneration: 1, eventGeneration: 1 };
    await expect(setupKafkaLog({ ...options, known })).rejects.toMatchObject({
      code: 'log-differs',
      message: expect.stringMatching(/the database knows log aaaaaaaaaaaa.*none of its topics exists/),
    });
    expect((await admin.listTopics()).filter((name) => name.startsWith(options.topicPrefix!))).toEqual([]);
  });

  it('ignores partitions that were added, as the programs do, and refuses them, as they do, once they have records', async () => {
    const identity = await setupKafkaLog(options);
    await admin.createPartitions({ topicPartitions: [{ topic: named(TOPIC), count: 6 }] });
    await eventually(
      async () => (await admin.fetchTopicMetadata({ topics: [named(TOPIC)] })).topics[0]?.partitions.length === 6,
    );
    expect(await setupKafkaLog({ ...options, known: identity })).toEqual(identity);
    const log = makeKafkaLog({ ...options, sessionTimeoutMs: 6_000 });
    expect(await log.identity()).toEqual(identity);
    log.guard.expect(identity);
    expect(await log.guard.check()).toBeNull();
    expect(log.guard.warnings()).toHaveLength(2);
    expect(await log.endPositions(TOPIC)).toEqual([1, 1, 1, 1]);
    const { follower, delivered } = collect(log, { group: 'left-out', topic: TOPIC });
    await log.append(TOPIC, 3, [record('x')]);
    await eventually(() => delivered.log(3).length === 2);
    expect(follower.owned()).toEqual([0, 1, 2, 3]);

    const producer = new Kafka({ brokers: [...testBrokers()], logLevel: logLevel.NOTHING }).producer();
    await producer.connect();
    await producer.send({ topic: named(TOPIC), messages: [{ value: 'of theirs', partition: 4 }] });
    await producer.disconnect();
    const message = /partition 4 of .*contract\.first has records, and the log has 4 partitions a topic/;
    expect(await log.guard.check()).toMatchObject({ code: 'log-not-ready', reason: expect.stringMatching(message) });
    await expect(log.identity()).rejects.toMatchObject({ code: 'log-not-ready', message });
    await expect(setupKafkaLog({ ...options, known: identity })).rejects.toMatchObject({
      code: 'log-differs',
      message,
    });
    await log.close();
  });

  it('keeps logs with different prefixes apart in one cluster, groups of the same name too', async () => {
    const other = { ...options, topicPrefix: testTopicPrefix() };
    const ids = [await setupKafkaLog(options), await setupKafkaLog(other)];
    expect(ids[0]!.logId).not.toBe(ids[1]!.logId);
    const logs = [makeKafkaLog(options), makeKafkaLog(other)];
    const readers = logs.map((log) => collect(log, { group: 'the-same', topic: TOPIC }));
    await eventually(() => readers.every(({ follower }) => follower.owned().length === layout.partitions));
    const { offsets } = await logs[0]!.append(TOPIC, 0, [record('for the first')]);
    await eventually(() => readers[0]!.delivered.get(0, offsets[0]) && readers[1]!.delivered.log(0).length === 1);
    await eventually(async () => (await logs[0]!.progress('the-same', TOPIC))[0] === 2);
    await eventually(async () => (await logs[1]!.progress('the-same', TOPIC))[0] === 1);
    await Promise.all(logs.map((log) => log.close()));
    await removeTopics(testBrokers(), other.topicPrefix);
  });

  it('is not found, with the reason, when topics were changed since, until they are fixed', async () => {
    const identity = await setupKafkaLog(options);
    const log = makeKafkaLog(options);
    expect(await log.identity()).toEqual(identity);
    const change = async (value: string) => {
      const configEntries = [{ name: 'retention.ms', value }];
      await admin.alterConfigs({
        validateOnly: false,
        resources: [{ type: ConfigResourceTypes.TOPIC, name: named(TOPIC), configEntries }],
      });
    };
    await change('1000000');
    await expect(log.identity()).rejects.toMatchObject({
      code: 'log-unsafe',
      message: expect.stringMatching(/retention\.ms=1000000, not -1[^]*kafka-configs\.sh/),
    });
    log.guard.expect(identity);
    expect(await log.guard.check()).toMatchObject({
      code: 'log-unsafe',
      reason: `${named(TOPIC)} has retention.ms=1000000, not -1`,
      fix: expect.stringMatching(/kafka-configs\.sh.*retention\.ms=-1/),
    });
    await expect(log.append(TOPIC, 0, [record('x')])).rejects.toMatchObject({ code: 'log-unsafe' });
    await change('-1');
    expect(await log.guard.check()).toBeNull();
    await log.append(TOPIC, 0, [record('x')]);
    expect(await log.identity()).toEqual(identity);
    await log.close();
  });

  it('is recognised as another log when topics were deleted and recreated', async () => {
    const before = await setupKafkaLog(options);
    const log = makeKafkaLog(options);
    await log.append(TOPIC, 0, [record('of the first log')]);
    await removeTopics(testBrokers(), options.topicPrefix!);
    const after = await setupKafkaLog(options);
    expect(after.logId).not.toBe(before.logId);
    expect(await log.identity()).toEqual(after);
    await log.close();
  });

  it('is refused in bounded time where no broker answers', async () => {
    await expect(setupKafkaLog({ ...options, brokers: ['127.0.0.1:9'] })).rejects.toMatchObject({
      code: 'log-unavailable',
    });
  });
});
