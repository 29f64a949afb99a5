import { makeKafkaLog, setupKafkaLog, type Batch, type EventLog, type FollowOptions } from '@mps-ledger/event-log';
import { eventually } from '@mps-ledger/spec-kit';
import {
  appendEach,
  collect,
  ComparingReader,
  describeOwnBrokers,
  numbered,
  startProxiedBroker,
  testTopicPrefix,
  type ProxiedBroker,
} from '@mps-ledger/testing';

import { removeTopics } from '../testing/topics';

jest.setTimeout(120_000);

const TOPIC = 'faults';
const layout = { topics: [TOPIC], partitions: 4 };
const ALL = [0, 1, 2, 3];
/** The least that brokers allow. */
const SESSION_MS = 6_000;

type Failure = Parameters<NonNullable<FollowOptions['onFailure']>>[0];

let kafka: ProxiedBroker;
let topicPrefix: string;
const opened: EventLog[] = [];

const place = (way: 'direct' | 'proxied') => ({
  brokers: kafka[way],
  ...{ layout, topicPrefix, singleBroker: true, sessionTimeoutMs: SESSION_MS, requestTimeoutMs: 2_000 },
});

function open(way: 'direct' | 'proxied' = 'direct'): EventLog {
  const log = makeKafkaLog(place(way));
  opened.push(log);
  return log;
}

const elapsed = (ms: number, since = performance.now()) => eventually(() => performance.now() - since > ms);

describeOwnBrokers('following Kafka', () => {
  beforeAll(async () => {
    kafka = await startProxiedBroker();
  });
  beforeEach(async () => {
    topicPrefix = testTopicPrefix();
    await setupKafkaLog(place('direct'));
  });
  afterEach(async () => {
    kafka.proxy.set('open');
    await Promise.all(opened.splice(0).map((log) => log.close()));
  });
  afterAll(() => kafka.stop());

  it('keeps a partition through a batch that takes longer than a session, and continues with the others during it', async () => {
    const log = open();
    const reported: [number, boolean][] = [];
    let finish = (): void => undefined;
    const long = new Promise<void>((resolve) => (finish = resolve));
    const batches: Batch[] = [];
    const { delivered, follower } = collect(log, {
      ...{ group: 'patient', topic: TOPIC },
      onOwnership: (partition, owned) => reported.push([partition, owned]),
      onBatch: async (batch) => {
        if (batch.partition === 0) {
          batches.push(batch);
          await long;
          await batch.heartbeat();
        }
        return batch.to;
      },
    });
    await eventually(() => batches.length === 1);
    const began = performance.now();
    await appendEach(log, TOPIC, 1, numbered('meanwhile', 5));
    await eventually(() => delivered.texts(1).length === 5, { timeoutMs: SESSION_MS / 2 });
    await elapsed(SESSION_MS * 1.5, began);
    expect(batches[0]!.signal.aborted).toBe(false);
    finish();
    await eventually(async () => (await log.progress('patient', TOPIC))[0] === 1);
    expect(reported).toEqual(ALL.map((partition) => [partition, true]));
    expect(batches).toHaveLength(1);
    await follower.stop();
  });

  it('gives up by its own clock what it cannot renew, commits nothing more, and recovers automatically', async () => {
    const [victim, heir] = [open('proxied'), open()];
    const under: Batch[] = [];
    const first = collect(victim, {
      ...{ group: 'cut-off', topic: TOPIC },
      onBatch: async (batch) => {
        under.push(batch);
        await new Promise((resolve) => {
          batch.signal.addEventListener('abort', resolve, { once: true });
        });
        await expect(batch.heartbeat()).rejects.toMatchObject({ code: 'ownership-lost' });
        return batch.to;
      },
    });
    await eventually(() => under.length === ALL.length);
    kafka.proxy.set('hang');
    await eventually(() => under.every(({ signal }) => signal.aborted), { timeoutMs: SESSION_MS * 2 });
    expect(first.follower.owned()).toEqual([]);
    const second = collect(heir, { group: 'cut-off', topic: TOPIC });
    await eventually(() => second.follower.owned().length === ALL.length);
    await eventually(async () => (await heir.progress('cut-off', TOPIC)).every((position) => position === 1));
    kafka.proxy.set('open');
    await eventually(() => first.follower.owned().length === 2 && second.follower.owned().length === 2);
    await Promise.all([first.follower.stop(), second.follower.stop()]);
  });

  it('continues where it was when the broker is killed and comes back', async () => {
    const log = open();
    const reader = new ComparingReader();
    const { startAt, onBatch } = reader;
    const follower = log.follow({ group: 'killed', topic: TOPIC, startAt, onBatch });
    await appendEach(log, TOPIC, 2, numbered('before', 20));
    await eventually(() => reader.texts(2).length === 20);
    await kafka.broker.kill('SIGKILL');
    await kafka.broker.start();
    await appendEach(log, TOPIC, 2, numbered('after', 20));
    await eventually(() => reader.texts(2).length >= 40);
    expect(reader.texts(2)).toEqual([...numbered('before', 20), ...numbered('after', 20)]);
    await follower.stop();
  });

  it('does not wait for the session of its own former self when the coordinator was killed', async () => {
    const log = makeKafkaLog({ ...place('direct'), sessionTimeoutMs: 30_000 });
    opened.push(log);
    const reader = new ComparingReader();
    const { startAt, onBatch } = reader;
    const follower = log.follow({ group: 'ghost', topic: TOPIC, startAt, onBatch });
    await appendEach(log, TOPIC, 2, numbered('before', 1));
    await eventually(() => reader.texts(2).length === 1);
    await kafka.broker.kill('SIGKILL');
    await eventually(() => follower.owned().length === 0);
    await kafka.broker.start();
    await eventually(() => follower.owned().length === ALL.length, { timeoutMs: 15_000 });
    await follower.stop();
  });

  it('leaves no partition without an owner when it is stopped while it joins', async () => {
    const [host, guest] = (['direct', 'proxied'] as const).map((way) =>
      makeKafkaLog({ ...place(way), sessionTimeoutMs: 30_000, requestTimeoutMs: 10_000 }),
    ) as [EventLog, EventLog];
    opened.push(host, guest);
    const { follower: stays } = collect(host, { group: 'guests', topic: TOPIC });
    await eventually(() => stays.owned().length === ALL.length);
    const before = kafka.proxy.requests('JoinGroup');
    kafka.proxy.delayResponses('JoinGroup', 300);
    const { follower: leaves } = collect(guest, { group: 'guests', topic: TOPIC });
    // The first request only asks for an id.
    await eventually(() => kafka.proxy.requests('JoinGroup') >= before + 2);
    await leaves.stop();
    kafka.proxy.delayResponses('JoinGroup', 0);
    await appendEach(host, TOPIC, 1, numbered('after', 1));
    await eventually(() => stays.owned().length === ALL.length, { timeoutMs: 15_000 });
    await elapsed(1_000);
    expect(stays.owned()).toEqual(ALL);
    await stays.stop();
  });

  it('loses and repeats nothing for a reader that compares, when connections are cut again and again', async () => {
    const [log, cut] = [open(), open('proxied')];
    const reader = new ComparingReader();
    const { startAt, onBatch } = reader;
    const followers = [cut, cut].map((one) =>
      one.follow({ group: 'cuts', topic: TOPIC, startAt, onBatch, maxRecords: 5 }),
    );
    for (const round of numbered('round', 6)) {
      await Promise.all(ALL.map((partition) => appendEach(log, TOPIC, partition, numbered(round, 20))));
      kafka.proxy.cut();
    }
    const all = numbered('round', 6).flatMap((round) => numbered(round, 20));
    await eventually(() => ALL.every((partition) => reader.texts(partition).length >= all.length), {
      timeoutMs: 60_000,
    });
    for (const partition of ALL) expect(reader.texts(partition)).toEqual(all);
    await Promise.all(followers.map((follower) => follower.stop()));
  });

  it.each([
    ['shorter than before', 3],
    ['empty but for genesis', 0],
  ])(
    'reports that a position is out of range when the topic was deleted and recreated, %s, and hands over nothing',
    async (_, count) => {
      const log = open();
      const failures: Failure[] = [];
      await appendEach(log, TOPIC, 0, numbered('old', 10));
      const positions = [11, 1, 1, 1];
      const { delivered, follower } = collect(log, {
        ...{ group: 'replaced', topic: TOPIC },
        startAt: async (partition) => (delivered.texts(0).length === 10 ? positions[partition] : 0),
        onFailure: (failure) => failures.push(failure),
      });
      await eventually(() => delivered.texts(0).length === 10);
      await removeTopics(place('direct').brokers, topicPrefix);
      await setupKafkaLog(place('direct'));
      const other = open();
      await appendEach(other, TOPIC, 0, numbered('new', count));
      await eventually(() => failures.some(({ error }) => (error as { code?: string }).code === 'out-of-range'));
      expect(delivered.texts(0)).toEqual(numbered('old', 10));
      await follower.stop();
    },
  );

  it('calls startAt before it hands over anything of a longer topic that was recreated unnoticed', async () => {
    const log = makeKafkaLog({ ...place('proxied'), requestTimeoutMs: 10_000 });
    opened.push(log);
    await appendEach(log, TOPIC, 0, numbered('old', 3));
    const begun: number[] = [];
    const { delivered, follower } = collect(log, {
      ...{ group: 'unseen', topic: TOPIC },
      startAt: async (partition) => {
        if (partition === 0 && begun.push(delivered.texts(0).length) > 1) throw new Error('not the log that it was');
        return 0;
      },
    });
    await eventually(() => delivered.texts(0).length === 3);
    await elapsed(500);
    const began = performance.now();
    kafka.proxy.set('hang');
    await removeTopics(place('direct').brokers, topicPrefix);
    await setupKafkaLog(place('direct'));
    await appendEach(open(), TOPIC, 0, numbered('new', 20));
    await elapsed(1_500, began);
    kafka.proxy.set('open');
    await eventually(() => begun.length > 1);
    expect(begun[1]).toBe(3);
    expect(delivered.texts(0)).toEqual(numbered('old', 3));
    await follower.stop();
  });

  it('stops in bounded time while no broker answers, and does not come back from it', async () => {
    const log = open('proxied');
    const { follower } = collect(log, { group: 'stopped', topic: TOPIC });
    await eventually(() => follower.owned().length === ALL.length);
    kafka.proxy.set('hang');
    const began = performance.now();
    await follower.stop();
    expect(performance.now() - began).toBeLessThan(5_000);
    expect(follower.owned()).toEqual([]);
    kafka.proxy.set('open');
    const { follower: heir } = collect(open(), { group: 'stopped', topic: TOPIC });
    await eventually(() => heir.owned().length === ALL.length, { timeoutMs: SESSION_MS * 3 });
    await heir.stop();
  });
});
