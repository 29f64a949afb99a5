import { makeKafkaLog, setupKafkaLog } from '@mps-ledger/event-log';
import {
  describeOwnBrokers,
  record,
  startBrokers,
  startKafkaProxy,
  testTopicPrefix,
  type KafkaProxy,
  type TestBrokers,
} from '@mps-ledger/testing';

import { makeClient } from './client';
import { makeReader } from './reader';
import { makeSender } from './sender';

const TOPIC = 'sent';
const REQUEST_TIMEOUT_MS = 1_000;

let proxy: KafkaProxy;
let brokers: TestBrokers;

describeOwnBrokers('a sender', () => {
  beforeAll(async () => {
    proxy = await startKafkaProxy();
    brokers = await startBrokers({ advertisedPorts: [proxy.port] });
    proxy.leadTo(brokers.brokers[0]!.port);
  });
  afterAll(async () => {
    await brokers.stop();
    await proxy.close();
  });

  it('sends once and rejects where no answer comes: to send again is for those who keep the order', async () => {
    const topicPrefix = testTopicPrefix();
    const place = { brokers: brokers.address.split(','), topicPrefix, singleBroker: true };
    const layout = { topics: [TOPIC], partitions: 1 };
    await setupKafkaLog({ ...place, layout });
    const client = makeClient({ ...place, requestTimeoutMs: REQUEST_TIMEOUT_MS });
    const reader = makeReader(client);
    const sender = makeSender(client, reader, { compression: 'none', requestTimeoutMs: REQUEST_TIMEOUT_MS });
    const sending = { topic: `${topicPrefix}${TOPIC}`, partition: 0, records: [record('x')] };
    expect(await sender.send(sending)).toMatchObject({ base: 1 });

    proxy.dropResponses('Produce', 1);
    const before = proxy.requests('Produce');
    await expect(sender.send(sending)).rejects.toMatchObject({ name: expect.stringMatching(/^KafkaJS/) as string });
    expect(proxy.requests('Produce') - before).toBe(1);

    // The one that was not answered is in the log. An idempotent producer would take back its number, and the broker drop this one.
    expect(await sender.send(sending)).toMatchObject({ base: 3 });
    const log = makeKafkaLog({ ...place, layout });
    expect(await log.endPositions(TOPIC)).toEqual([4]);
    await Promise.all([log.close(), sender.close(), reader.close()]);
  });
});
