import { makeKafkaLog, setupKafkaLog, type EventLog, type FollowOptions } from '@mps-ledger/event-log';
import { eventually } from '@mps-ledger/spec-kit';
import {
  appendEach,
  collect,
  describeOwnBrokers,
  numbered,
  record,
  startProxiedBroker,
  testTopicPrefix,
  type ResponseFault,
  type ProxiedBroker,
} from '@mps-ledger/testing';

import { readFetchAnswer } from './connections/fetches';

jest.setTimeout(120_000);

const TOPIC = 'damaged';
const layout = { topics: [TOPIC], partitions: 2 };

type Failure = Parameters<NonNullable<FollowOptions['onFailure']>>[0];

let kafka: ProxiedBroker;
let topicPrefix: string;
const opened: EventLog[] = [];
const uncaught: unknown[] = [];
const note = (error: unknown): void => void uncaught.push(error);

function open(way: 'direct' | 'proxied'): EventLog {
  const log = makeKafkaLog({
    ...{ brokers: kafka[way], layout, topicPrefix, singleBroker: true, requestTimeoutMs: 2_000 },
  });
  opened.push(log);
  return log;
}

/** Flips some bit of each so many-th response, another one each time. */
function flippingEach(count: number): { harm: ResponseFault; flipped: () => number } {
  let [seen, flipped] = [0, 0];
  return {
    flipped: () => flipped,
    harm(response) {
      seen += 1;
      if (seen % count !== 0) return undefined;
      flipped += 1;
      const bytes = Buffer.from(response);
      // Steps that have no divisor in common with any length: every part of a response has its turn.
      const bit = (flipped * 7_919 + seen * 104_729) % (bytes.length * 8);
      bytes[bit >> 3]! ^= 1 << (bit & 7);
      return { bytes };
    },
  };
}

/** Flips a bit of a text wherever it is in a response. */
const spoiling =
  (text: string): ResponseFault =>
  (response) => {
    const at = response.indexOf(text);
    if (at < 0) return undefined;
    const bytes = Buffer.from(response);
    bytes[at]! ^= 1;
    return { bytes };
  };

async function readAll(log: EventLog, partition: number): Promise<string[]> {
  const texts: string[] = [];
  const stretch = { topic: TOPIC, partition, from: 1, to: Number.MAX_SAFE_INTEGER };
  for await (const records of log.read(stretch)) texts.push(...records.map(({ value }) => String(value)));
  return texts;
}

describeOwnBrokers('answers that arrive damaged', () => {
  beforeAll(async () => {
    kafka = await startProxiedBroker();
    process.on('uncaughtException', note).on('unhandledRejection', note);
  });
  beforeEach(async () => {
    topicPrefix = testTopicPrefix();
    await setupKafkaLog({ brokers: kafka.direct, layout, topicPrefix, singleBroker: true });
  });
  afterEach(async () => {
    for (const api of ['Fetch', 'SyncGroup'] as const) kafka.proxy.harmResponses(api, undefined);
    await Promise.all(opened.splice(0).map((log) => log.close()));
    expect(uncaught).toEqual([]);
  });
  afterAll(async () => {
    process.off('uncaughtException', note).off('unhandledRejection', note);
    await kafka.stop();
  });

  it('are fetched again: what is followed is what is in the log, each of it', async () => {
    const [log, direct] = [open('proxied'), open('direct')];
    const { harm, flipped } = flippingEach(3);
    kafka.proxy.harmResponses('Fetch', harm);
    const { delivered, follower } = collect(log, { group: 'flipped', topic: TOPIC });
    const sent = numbered('flipped', 300);
    for (let at = 0; at < sent.length; at += 10) {
      await Promise.all([0, 1].map((partition) => appendEach(direct, TOPIC, partition, sent.slice(at, at + 10))));
    }
    const isAllThere = (): boolean => [0, 1].every((partition) => delivered.texts(partition).length >= sent.length);
    await eventually(() => isAllThere() && flipped() > 5, { timeoutMs: 90_000 });
    for (const partition of [0, 1]) {
      expect(delivered.texts(partition)).toEqual(sent);
      for (const batch of delivered.batches) expect(batch.records.every(({ offset }) => offset < batch.to)).toBe(true);
    }
    await follower.stop();
  });

  it('once are read again over another connection', async () => {
    const [log, direct] = [open('proxied'), open('direct')];
    await appendEach(direct, TOPIC, 0, numbered('read', 5));
    let harmed = 0;
    kafka.proxy.harmResponses('Fetch', (response) => {
      harmed += 1;
      return harmed === 1 ? spoiling('read-3')(response) : undefined;
    });
    expect(await readAll(log, 0)).toEqual(numbered('read', 5));
    expect(harmed).toBeGreaterThan(1);
  });

  it('that recur are reported as such, and block only their own partition', async () => {
    const [log, direct] = [open('proxied'), open('direct')];
    const failures: Failure[] = [];
    const { delivered, follower } = collect(log, {
      ...{ group: 'spoilt', topic: TOPIC },
      onFailure: (failure) => failures.push(failure),
    });
    await appendEach(direct, TOPIC, 0, ['before']);
    await eventually(() => delivered.texts(0).length === 1);
    kafka.proxy.harmResponses('Fetch', spoiling('spoilt'));
    await appendEach(direct, TOPIC, 0, ['fine', 'spoilt', 'after']);
    await eventually(() => failures.length > 0);
    expect(failures[0]).toMatchObject({
      partition: 0,
      error: { code: 'log-unavailable', message: /arrive damaged from 3/ },
    });
    await appendEach(direct, TOPIC, 1, numbered('meanwhile', 20));
    await eventually(() => delivered.texts(1).length === 20);
    expect(delivered.texts(0)).toEqual(['before', 'fine']);
    await expect(readAll(log, 0)).rejects.toMatchObject({ code: 'log-unavailable', message: /arrive damaged from 3/ });
    kafka.proxy.harmResponses('Fetch', undefined);
    await eventually(() => delivered.texts(0).length === 4, { timeoutMs: 20_000 });
    expect(delivered.texts(0)).toEqual(['before', 'fine', 'spoilt', 'after']);
    await follower.stop();
  });

  it('and send a reader to a broker that is none do not keep a partition waiting, also where two say the same', async () => {
    const [log, direct] = [open('proxied'), open('direct')];
    const { delivered, follower } = collect(log, { group: 'sent-away', topic: TOPIC });
    await eventually(() => delivered.batches.length === 2);
    let sentAt = Infinity;
    kafka.proxy.harmResponses('Fetch', (response) => {
      const [first] = readFetchAnswer(response, 11).partitions;
      if (first?.key.endsWith('/0') !== true || first.recordsEnd > first.recordsAt + 4) return undefined;
      sentAt = performance.now();
      const bytes = Buffer.from(response);
      bytes.writeInt32BE(99, first.recordsAt - 4);
      return { bytes };
    });
    // It is fetched no more.
    await eventually(() => performance.now() - sentAt > 1_000);
    await appendEach(direct, TOPIC, 1, ['meanwhile']);
    await eventually(() => delivered.texts(1).length === 1);
    await appendEach(direct, TOPIC, 0, ['after']);
    await eventually(() => delivered.texts(0).length === 1, { timeoutMs: 30_000 });
    await follower.stop();
  });

  it('and assign a partition that does not exist do not leave the assigned one without an owner', async () => {
    const [log, direct] = [open('proxied'), open('direct')];
    let harmed = 0;
    kafka.proxy.harmResponses('SyncGroup', (response) => {
      harmed += 1;
      const bytes = Buffer.from(response);
      // The last of its partitions, before the length of what the assigner adds, which is nothing.
      bytes[bytes.length - 6]! ^= 1;
      return harmed === 1 ? { bytes } : undefined;
    });
    for (const partition of [0, 1]) await appendEach(direct, TOPIC, partition, ['x']);
    const { delivered, follower } = collect(log, { group: 'misgiven', topic: TOPIC });
    await eventually(() => [0, 1].every((partition) => delivered.texts(partition).length === 1), { timeoutMs: 20_000 });
    expect(harmed).toBeGreaterThan(1);
    await follower.stop();
  });

  it('are not taken for a wish to be left alone for days', async () => {
    const [log, direct] = [open('proxied'), open('direct')];
    for (const api of ['Metadata', 'ListOffsets', 'Fetch'] as const) {
      let harmed = 0;
      kafka.proxy.harmResponses(api, (response) => {
        const bytes = Buffer.from(response);
        bytes[8] = 0x40;
        harmed += 1;
        return harmed === 1 ? { bytes } : undefined;
      });
    }
    await direct.append(TOPIC, 0, [record('x')]);
    expect(await eventually(() => readAll(log, 0), { timeoutMs: 20_000 })).toEqual(['x']);
  });
});
