import { setImmediate as turn } from 'node:timers/promises';

import { Kafka, logLevel } from 'kafkajs';

import {
  genesisRecord,
  makeKafkaLog,
  setupKafkaLog,
  type EventLog,
  type LogIdentity,
  type SetupKafkaOptions,
} from '@mps-ledger/event-log';
import { eventually, watchConnections } from '@mps-ledger/spec-kit';
import {
  collect,
  describeKafka,
  describeOwnBrokers,
  record,
  startBrokers,
  startKafkaProxy,
  testBrokers,
  testTopicPrefix,
  type KafkaProxy,
  type TestBrokers,
} from '@mps-ledger/testing';

import { removeTopics } from '../testing/topics';

jest.setTimeout(120_000);

const TOPIC = 'guarded';
const layout = { topics: [TOPIC, 'other'], partitions: 3 };

/** Loads that are under way: one that went on after a spec that failed would keep its process from ending. */
const loads: { stop(): Promise<void> }[] = [];
afterEach(() => Promise.all(loads.splice(0).map((load) => load.stop())));

/** Appends to each partition again and again until its spec is over; tells of each that is reported as appended. */
function keepAppending(log: EventLog) {
  const appended: { partition: number; offset: number }[] = [];
  const refused: unknown[] = [];
  let isOver = false;
  const lines = [0, 1, 2].map(async (partition) => {
    while (!isOver) {
      await turn();
      try {
        const { offsets } = await log.append(TOPIC, partition, [record('x')]);
        appended.push({ partition, offset: offsets[0]! });
      } catch (error) {
        refused.push(error);
      }
    }
  });
  const load = {
    ...{ appended, refused },
    async stop() {
      isOver = true;
      await Promise.all(lines);
    },
  };
  loads.push(load);
  return load;
}

const isReplaced = (error: unknown): boolean => (error as { code?: string }).code === 'log-replaced';

async function lengthOf(log: EventLog): Promise<number> {
  return (await log.endPositions(TOPIC)).reduce((sum, end) => sum + end, 0);
}

describeOwnBrokers('another cluster at the same address', () => {
  let proxy: KafkaProxy;
  let clusters: readonly TestBrokers[];
  const opened: EventLog[] = [];

  beforeAll(async () => {
    proxy = await startKafkaProxy();
    const one = () => startBrokers({ advertisedPorts: [proxy.port] });
    clusters = await Promise.all([one(), one()]);
  });
  afterEach(() => Promise.all(opened.splice(0).map((log) => log.close())));
  afterAll(async () => {
    await Promise.all(clusters.map((cluster) => cluster.stop()));
    await proxy.close();
  });

  /** Leads to one of the clusters. Connections to the other one stay, unless they are cut. */
  const leadTo = (cluster: number): void => proxy.leadTo(clusters[cluster]!.brokers[0]!.port);

  function open(options: SetupKafkaOptions, cluster?: number): EventLog {
    const brokers = cluster === undefined ? options.brokers : clusters[cluster]!.directAddress.split(',');
    const log = makeKafkaLog({ ...options, brokers, sessionTimeoutMs: 6_000 });
    opened.push(log);
    return log;
  }

  /** A log of the same name on each, the second one longer; and the first, as it is used. */
  async function twoLogs() {
    const topicPrefix = testTopicPrefix();
    const options = { brokers: [`127.0.0.1:${proxy.port}`], layout, topicPrefix, singleBroker: true };
    const direct = (cluster: number) => ({ ...options, brokers: clusters[cluster]!.directAddress.split(',') });
    await setupKafkaLog(direct(1));
    const identity: LogIdentity = await setupKafkaLog(direct(0));
    const other = open(options, 1);
    for (const partition of [0, 1, 2])
      await other.append(
        TOPIC,
        partition,
        Array.from({ length: 5_000 }, () => record('of the other')),
      );
    leadTo(0);
    const log = open(options);
    log.guard.expect(identity);
    return { log, other, first: open(options, 0), identity };
  }

  it.each(['are cut', 'go on'])('is never acknowledged on, where the connections that there are %s', async (how) => {
    const { log, other, first } = await twoLogs();
    const before = await lengthOf(other);
    const load = keepAppending(log);
    await eventually(() => load.appended.length > 100);
    leadTo(1);
    if (how === 'are cut') proxy.cut();
    // One connection is opened again while the others stay: the broker's answer got lost.
    else proxy.dropResponses('Produce', 1);
    await eventually(() => load.refused.some(isReplaced), { timeoutMs: 60_000 });
    const { length } = load.appended;
    proxy.cut();
    await expect(log.guard.check()).resolves.toMatchObject({ code: 'log-replaced' });
    await expect(log.append(TOPIC, 0, [record('y')])).rejects.toMatchObject({ code: 'log-replaced' });
    expect(load.appended).toHaveLength(length);
    leadTo(0);
    proxy.cut();
    await eventually(() => load.appended.length > length + 100, {
      timeoutMs: 30_000,
      what: () => JSON.stringify([log.guard.problem(), String(load.refused.at(-1)), load.appended.length - length]),
    });
    await load.stop();
    expect(log.guard.problem()).toBeNull();
    const ends = await first.endPositions(TOPIC);
    for (const { partition, offset } of load.appended) expect(offset).toBeLessThan(ends[partition]!);
    expect(new Set(load.appended.map(({ partition, offset }) => `${partition}/${offset}`)).size).toBe(
      load.appended.length,
    );
    // What was under way when the other cluster took the place may be there, refused.
    expect(await lengthOf(other)).toBeLessThanOrEqual(before + 3);
  });

  it('is not read from: no batch is handed over', async () => {
    const { log } = await twoLogs();
    const { delivered } = collect(log, { group: 'reading', topic: TOPIC });
    await eventually(() => [0, 1, 2].every((partition) => delivered.log(partition).length === 1), {
      timeoutMs: 60_000,
    });
    leadTo(1);
    proxy.cut();
    await eventually(async () => (await log.guard.check())?.code === 'log-replaced', { timeoutMs: 60_000 });
    expect(
      [0, 1, 2]
        .flatMap((partition) => delivered.log(partition))
        .some(({ value }) => value?.toString() === 'of the other'),
    ).toBe(false);
  });
});

describeKafka('a topic that is deleted under appends', () => {
  let options: SetupKafkaOptions;
  let logs: EventLog[] = [];
  let admin: ReturnType<Kafka['admin']>;
  const name = (): string => `${options.topicPrefix}${TOPIC}`;

  beforeAll(async () => {
    admin = new Kafka({ brokers: [...testBrokers()], logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
  });
  beforeEach(() => {
    options = { brokers: testBrokers(), layout, topicPrefix: testTopicPrefix(), singleBroker: true };
  });
  afterEach(async () => {
    await Promise.all(logs.splice(0).map((log) => log.close()));
    await removeTopics(testBrokers(), options.topicPrefix!);
  });
  afterAll(() => admin.disconnect());

  it.each([
    ['is deleted and created again, empty', false],
    ['is deleted and created again, with the genesis records of the log', true],
  ])('and %s, takes nothing that is acknowledged', async (_, withGenesis) => {
    const identity = await setupKafkaLog(options);
    const [busy, idle] = [makeKafkaLog(options), makeKafkaLog(options)];
    logs = [busy, idle];
    for (const log of logs) log.guard.expect(identity);
    await idle.append('other', 0, [record('x')]);
    const idleSince = performance.now();
    const load = keepAppending(busy);
    await eventually(() => load.appended.length > 60);
    await removeTopics(testBrokers(), name());
    await eventually(() =>
      admin.createTopics({ topics: [{ topic: name(), numPartitions: 3, replicationFactor: 1 }], waitForLeaders: true }),
    );
    const { length } = load.appended;
    const stranger = new Kafka({ brokers: [...testBrokers()], logLevel: logLevel.NOTHING }).producer();
    await stranger.connect();
    for (const partition of [0, 1, 2]) {
      const { value, headers } = genesisRecord({ ...identity, topic: TOPIC, partition });
      const messages = [
        ...(withGenesis ? [{ value, headers, partition }] : []),
        ...Array.from({ length: 9 }, () => ({ value: 'y', partition })),
      ];
      await stranger.send({ topic: name(), messages });
    }
    await stranger.disconnect();
    await eventually(() => load.refused.some(isReplaced), { timeoutMs: 60_000 });
    await load.stop();
    expect(load.appended).toHaveLength(length);
    await expect(busy.guard.check()).resolves.toMatchObject({ code: 'log-replaced' });
    // One that never saw the topic longer than it is now goes by its genesis records.
    if (!withGenesis) {
      // Within its quarter of a second after a look it does not look again, and one program can replace a topic in less.
      await eventually(() => performance.now() - idleSince > 300);
      await expect(idle.append(TOPIC, 0, [record('z')])).rejects.toMatchObject({ code: 'log-replaced' });
      await expect(idle.guard.check()).resolves.toMatchObject({ code: 'log-replaced' });
    }
    const known = { ...identity, ends: new Map([[TOPIC, [20, 20, 20]]]) };
    await expect(setupKafkaLog({ ...options, known })).rejects.toMatchObject({ code: 'log-differs' });
  });
});

describeKafka('a log that is closed while its guard looks', () => {
  it('leaves no connection open, and compares no more', async () => {
    const connections = watchConnections();
    const options = { brokers: testBrokers(), layout, topicPrefix: testTopicPrefix(), singleBroker: true };
    const identity = await setupKafkaLog(options);
    const log = makeKafkaLog(options);
    log.guard.expect(identity);
    await log.append(TOPIC, 0, [record('x')]);
    // One look is under way, and the next waits for it.
    const looks = [log.guard.check(), log.guard.check().then(() => log.guard.check())].map((look) =>
      look.catch(() => 0),
    );
    await log.close();
    await Promise.all(looks);
    expect(connections.opened()).toBeGreaterThan(0);
    await eventually(() => connections.open() === 0, {
      timeoutMs: 20_000,
      what: () => `${connections.open()} of ${connections.opened()} connections left open`,
    });
    connections.stop();
    await expect(log.guard.check()).rejects.toMatchObject({ code: 'log-unavailable' });
    await removeTopics(testBrokers(), options.topicPrefix);
  });
});
