import { Kafka, logLevel } from 'kafkajs';

import { makeKafkaLog, type EventLog } from '@mps-ledger/event-log';
import { record, startStubCluster, type StubCluster } from '@mps-ledger/testing';

const TOPIC = 'moved';

let cluster: StubCluster;
let log: EventLog;

/** Over brokers that are stubs: a real leader does not move in the very middle of a send. Nothing else is one. */
describe('a leader that moves in the middle of a send', () => {
  beforeEach(async () => {
    cluster = await startStubCluster(TOPIC, [1, 2]);
    log = makeKafkaLog({ brokers: cluster.brokers, layout: { topics: [TOPIC], partitions: 2 } });
  });
  afterEach(async () => {
    await log.close();
    await cluster.close();
  });

  it('costs nothing that is acknowledged', async () => {
    cluster.moveLeader(1, 1);
    const appends = [0, 1].map((partition) => log.append(TOPIC, partition, [record('x'), record('y')]));
    expect((await Promise.all(appends)).map(({ offsets }) => offsets)).toEqual([
      [0, 1],
      [0, 1],
    ]);
    expect([cluster.taken(0), cluster.taken(1)]).toEqual([2, 2]);
  });

  it('loses nothing either where the request has others: each is sent alone then, and may be appended twice', async () => {
    const shared = await startStubCluster(TOPIC, [1, 1, 2]);
    const own = makeKafkaLog({ brokers: shared.brokers, layout: { topics: [TOPIC], partitions: 3 } });
    try {
      await own.append(TOPIC, 0, [record('before')]);
      shared.moveLeader(1, 2);
      const appends = [0, 1].map((partition) => own.append(TOPIC, partition, [record('x')]));
      expect((await Promise.all(appends)).map(({ offsets }) => offsets)).toEqual([[2], [0]]);
      expect([shared.taken(0), shared.taken(1)]).toEqual([3, 1]);
    } finally {
      await own.close();
      await shared.close();
    }
  });

  it('would cost what one send of the client’s own has for two partitions, which it resolves all the same', async () => {
    const kafka = new Kafka({ brokers: [...cluster.brokers], logLevel: logLevel.NOTHING });
    const producer = kafka.producer({ allowAutoTopicCreation: false, createPartitioner: () => byItself });
    await producer.connect();
    cluster.moveLeader(1, 1);
    const messages = [0, 1].map((partition) => ({ partition, value: 'x' }));
    const answers = await producer.send({ topic: TOPIC, messages });
    await producer.disconnect();
    expect(answers.map(({ partition }) => partition)).toEqual([0]);
    expect([cluster.taken(0), cluster.taken(1)]).toEqual([1, 0]);
  });

  it('is not the only way to an answer that names nothing: what it does not name is sent again', async () => {
    cluster.forget();
    expect(await log.append(TOPIC, 1, [record('x')])).toMatchObject({ offsets: [0] });
    expect(cluster.taken(1)).toBe(1);
  });
});

describe('a leader that answers no more, while another leads', () => {
  it('is not asked again after one request without an answer', async () => {
    const frozen = await startStubCluster(TOPIC, [2, 1]);
    const place = { brokers: frozen.brokers, layout: { topics: [TOPIC], partitions: 2 } };
    const own = makeKafkaLog({ ...place, requestTimeoutMs: 500, appendTimeoutMs: 10_000 });
    try {
      await own.append(TOPIC, 0, [record('before')]);
      frozen.freeze(2, 1);
      expect(await own.append(TOPIC, 0, [record('x')])).toMatchObject({ offsets: [1] });
    } finally {
      await own.close();
      await frozen.close();
    }
  });
});

const byItself = ({ message }: { readonly message: { readonly partition?: number } }): number => message.partition ?? 0;
