import { CompressionTypes, Kafka, logLevel } from 'kafkajs';

import { makeKafkaLog, setupKafkaLog, type EventLog, type KafkaLogOptions } from '@mps-ledger/event-log';
import { eventually } from '@mps-ledger/spec-kit';
import {
  describeOwnBrokers,
  numbered,
  record,
  startProxiedBroker,
  testTopicPrefix,
  type ProxiedBroker,
} from '@mps-ledger/testing';

jest.setTimeout(120_000);

const TOPIC = 'faults';
const layout = { topics: [TOPIC], partitions: 2 };
const REQUEST_TIMEOUT_MS = 1_000;

let kafka: ProxiedBroker;
let topicPrefix: string;
const opened: EventLog[] = [];

function place(options: Partial<Omit<KafkaLogOptions, 'layout'>> = {}) {
  return {
    ...{ brokers: kafka.proxied, layout, topicPrefix, singleBroker: true },
    ...{ requestTimeoutMs: REQUEST_TIMEOUT_MS, ...options },
  };
}

function open(options: Parameters<typeof place>[0] = {}): EventLog {
  const log = makeKafkaLog(place(options));
  opened.push(log);
  return log;
}

/** Everything that a partition holds, read past all faults. */
async function textsOf(partition: number): Promise<string[]> {
  const log = open({ brokers: kafka.direct });
  const texts: string[] = [];
  for await (const records of log.read({ topic: TOPIC, partition, from: 1, to: Number.MAX_SAFE_INTEGER })) {
    texts.push(...records.map(({ value }) => String(value)));
  }
  return texts;
}

/** Appends one after the other, each again until it is acknowledged or unknown; answers those that are acknowledged. */
async function acknowledgedOf(log: EventLog, partition: number, texts: readonly string[]): Promise<string[]> {
  const acknowledged: string[] = [];
  for (const text of texts) {
    await log.append(TOPIC, partition, [record(text)]).then(
      () => acknowledged.push(text),
      () => undefined,
    );
  }
  return acknowledged;
}

const firsts = (texts: readonly string[]): string[] => [...new Set(texts)];

describeOwnBrokers('appending to Kafka', () => {
  beforeAll(async () => {
    kafka = await startProxiedBroker();
  });
  beforeEach(async () => {
    topicPrefix = testTopicPrefix();
    await setupKafkaLog(place());
  });
  afterEach(async () => {
    kafka.proxy.set('open');
    await Promise.all(opened.splice(0).map((log) => log.close()));
  });
  afterAll(() => kafka.stop());

  it('loses nothing of two sends of which the first is never answered', async () => {
    const log = open();
    await log.append(TOPIC, 0, [record('before')]);
    kafka.proxy.dropResponses('Produce', 1);
    const appends = [log.append(TOPIC, 0, [record('first')]), log.append(TOPIC, 0, [record('second')])];
    const [first, second] = await Promise.all(appends);
    const texts = await textsOf(0);
    expect(firsts(texts)).toEqual(['before', 'first', 'second']);
    expect(texts[first!.offsets[0]! - 1]).toBe('first');
    expect(texts[second!.offsets[0]! - 1]).toBe('second');
  });

  it('would lose the second with the client’s own idempotent producer, which this one is not', async () => {
    const client = new Kafka({
      brokers: [...kafka.proxied],
      requestTimeout: REQUEST_TIMEOUT_MS,
      logLevel: logLevel.NOTHING,
    });
    const producer = client.producer({ idempotent: true, createPartitioner: () => () => 0, maxInFlightRequests: 5 });
    await producer.connect();
    const send = (value: string) =>
      producer.send({ topic: `${topicPrefix}${TOPIC}`, compression: CompressionTypes.None, messages: [{ value }] });
    await send('before');
    kafka.proxy.dropResponses('Produce', 1);
    await Promise.all([send('first'), send('second')]);
    await producer.disconnect();
    const texts = await textsOf(0);
    expect(texts).not.toEqual(expect.arrayContaining(['first', 'second']));
  });

  it('loses nothing acknowledged, and keeps the order, when connections are cut again and again', async () => {
    const log = open();
    const done = new AbortController();
    const appending = Promise.all([0, 1].map((partition) => acknowledgedOf(log, partition, numbered('cut', 150))));
    void appending.finally(() => done.abort());
    let cuts = 0;
    for (let sent = kafka.proxy.requests('Produce'); !done.signal.aborted; sent = kafka.proxy.requests('Produce')) {
      const enough = sent + 5;
      await eventually(() => done.signal.aborted || kafka.proxy.requests('Produce') > enough);
      kafka.proxy.cut();
      cuts += 1;
    }
    const acknowledged = await appending;
    expect(cuts).toBeGreaterThan(3);
    for (const partition of [0, 1]) {
      expect(acknowledged[partition]).toHaveLength(150);
      expect(firsts(await textsOf(partition))).toEqual(acknowledged[partition]);
    }
  });

  it('never reports as done what is not known in time, and continues automatically when it can', async () => {
    const log = open({ appendTimeoutMs: 2_500 });
    await log.append(TOPIC, 0, [record('before')]);
    kafka.proxy.set('hang');
    const began = performance.now();
    const appends = await Promise.allSettled(
      numbered('unknown', 5).map((text) => log.append(TOPIC, 0, [record(text)])),
    );
    expect(performance.now() - began).toBeLessThan(10_000);
    for (const one of appends) {
      expect(one).toMatchObject({ status: 'rejected', reason: { code: 'log-unavailable' } });
    }
    kafka.proxy.set('open');
    const { offsets } = await eventually(() => log.append(TOPIC, 0, [record('after')]));
    const texts = await textsOf(0);
    expect(texts[offsets[0]! - 1]).toBe('after');
    expect(firsts(texts).filter((text) => !text.startsWith('unknown'))).toEqual(['before', 'after']);
  });

  it('takes an answer that comes after its time for none, and sends again', async () => {
    const log = open();
    await log.append(TOPIC, 0, [record('before')]);
    kafka.proxy.delayResponses('Produce', REQUEST_TIMEOUT_MS * 1.5);
    const late = log.append(TOPIC, 0, [record('late')]);
    const sent = kafka.proxy.requests('Produce');
    await eventually(() => kafka.proxy.requests('Produce') > sent + 1);
    kafka.proxy.delayResponses('Produce', 0);
    const { offsets } = await late;
    expect((await textsOf(0))[offsets[0]! - 1]).toBe('late');
  });

  it('holds only so many bytes, and takes more once there is room', async () => {
    const log = open({ maxWaitingBytes: 10_000, appendTimeoutMs: 60_000 });
    await log.append(TOPIC, 0, [record('before')]);
    kafka.proxy.set('hang');
    const waiting = log.append(TOPIC, 0, [record('x'.repeat(6_000))]);
    const refused = log.append(TOPIC, 1, [record('x'.repeat(6_000))]);
    await expect(refused).rejects.toMatchObject({ code: 'log-unavailable', message: /bytes wait/ });
    kafka.proxy.set('open');
    await waiting;
    await log.append(TOPIC, 1, [record('x'.repeat(6_000))]);
  });

  it('sends together what waited, and alone what is larger than that', async () => {
    const log = open();
    await log.append(TOPIC, 0, [record('before')]);
    const sent = kafka.proxy.requests('Produce');
    const appends = await Promise.all(numbered('together', 200).map((text) => log.append(TOPIC, 0, [record(text)])));
    expect(kafka.proxy.requests('Produce') - sent).toBeLessThan(10);
    const large = 'x'.repeat(400_000);
    const before = kafka.proxy.requests('Produce');
    await Promise.all([large, large, large].map((text) => log.append(TOPIC, 0, [record(text)])));
    expect(kafka.proxy.requests('Produce') - before).toBe(3);
    const texts = await textsOf(0);
    appends.forEach(({ offsets }, index) => {
      expect(offsets.map((offset) => texts[offset - 1])).toEqual([`together-${index}`]);
    });
  });

  it('sends together what waits for one broker, in whichever partition', async () => {
    const log = open();
    await Promise.all([0, 1].map((partition) => log.append(TOPIC, partition, [record('before')])));
    const sent = kafka.proxy.requests('Produce');
    const appends = await Promise.all([0, 1].map((partition) => log.append(TOPIC, partition, [record('x')])));
    expect(kafka.proxy.requests('Produce') - sent).toBe(1);
    for (const [partition, { offsets }] of appends.entries())
      expect((await textsOf(partition))[offsets[0]! - 1]).toBe('x');
  });

  it('loses nothing acknowledged when the broker is killed and comes back', async () => {
    const log = open({ appendTimeoutMs: 60_000 });
    const texts = numbered('killed', 200);
    const sent = kafka.proxy.requests('Produce');
    const appending = acknowledgedOf(log, 1, texts);
    await eventually(() => kafka.proxy.requests('Produce') > sent + 50);
    await kafka.broker.kill('SIGKILL');
    await kafka.broker.start();
    expect(await appending).toEqual(texts);
    expect(firsts(await textsOf(1))).toEqual(texts);
  });
});
