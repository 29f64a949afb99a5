import { makeKafkaLog, setupKafkaLog } from '@mps-ledger/event-log';
import {
  describeOwnBrokers,
  record,
  startProxiedBroker,
  testTopicPrefix,
  type ProxiedBroker,
} from '@mps-ledger/testing';

import { makeClient } from '../client';
import { makeReader } from '../reader';
import { makeSender } from './sender';

const TOPIC = 'sent';
const REQUEST_TIMEOUT_MS = 1_000;

let kafka: ProxiedBroker;

describeOwnBrokers('a sender', () => {
  beforeAll(async () => {
    kafka = await startProxiedBroker();
  });
  afterAll(() => kafka.stop());

  it('sends once and rejects where no answer comes: retries are for the queue, which keeps the order', async () => {
    const topicPrefix = testTopicPrefix();
    const place = { brokers: kafka.proxied, topicPrefix, singleBroker: true };
    const layout = { topics: [TOPIC], partitions: 1 };
    await setupKafkaLog({ ...place, layout });
    const client = makeClient({ ...place, requestTimeoutMs: REQUEST_TIMEOUT_MS });
    const reader = makeReader(client);
    const sender = makeSender(client, reader, {
      compression: 'none',
      onMissingTopic: () => undefined,
      requestTimeoutMs: REQUEST_TIMEOUT_MS,
    });
    const sending = {
      topic: `${topicPrefix}${TOPIC}`,
      partition: 0,
      take: () => ({ records: [record('x')], bytes: 1 }),
    };
    expect(await sender.send(sending)).toMatchObject({ offsets: [1] });

    kafka.proxy.dropResponses('Produce', 1);
    const before = kafka.proxy.requests('Produce');
    await expect(sender.send(sending)).rejects.toMatchObject({ name: expect.stringMatching(/^KafkaJS/) as string });
    expect(kafka.proxy.requests('Produce') - before).toBe(1);

    // Where one answer is missing, the next is not believed, and its connection is over.
    await expect(sender.send(sending)).rejects.toMatchObject({ name: expect.stringMatching(/^KafkaJS/) as string });
    // What was not answered is in the log. An idempotent producer would take back its number, and the broker drop the next.
    const log = makeKafkaLog({ ...place, layout });
    const [end] = await log.endPositions(TOPIC);
    expect(end).toBeGreaterThanOrEqual(3);
    expect(await sender.send(sending)).toMatchObject({ offsets: [end] });
    await Promise.all([log.close(), sender.close(), reader.close()]);
  });
});
