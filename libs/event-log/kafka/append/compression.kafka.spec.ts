import { makeKafkaLog, setupKafkaLog } from '@mps-ledger/event-log';
import { describeOwnBrokers, record, storedBytes, testBrokers, testTopicPrefix } from '@mps-ledger/testing';

import { removeTopics } from '../testing/topics';

const TOPICS = ['none', 'gzip'] as const;
/** Compressible, as what is logged here is. */
const TEXT = JSON.stringify(Array.from({ length: 2_000 }, (_, index) => ({ status: 'PROCESSING', index })));

describeOwnBrokers('what is appended with compression', () => {
  it('is stored as small as it was sent, as large without, and read as it was', async () => {
    const topicPrefix = testTopicPrefix();
    const place = {
      ...{ brokers: testBrokers(), topicPrefix, singleBroker: true },
      layout: { topics: TOPICS, partitions: 1 },
    };
    await setupKafkaLog(place);
    const logs = TOPICS.map((compression) => makeKafkaLog({ ...place, compression }));
    for (const [index, topic] of TOPICS.entries()) {
      const { offsets } = await logs[index]!.append(topic, 0, [record(TEXT), record(TEXT)]);
      const reading = logs[0]!.read({ topic, partition: 0, from: offsets[0]!, to: Number.MAX_SAFE_INTEGER });
      for await (const records of reading) expect(records.map(({ value }) => String(value))).toEqual([TEXT, TEXT]);
    }
    await Promise.all(logs.map((log) => log.close()));
    const names = TOPICS.map((topic) => `${topicPrefix}${topic}`);
    const [none = 0, gzip = 0] = await storedBytes(place.brokers, names);
    expect(none).toBeGreaterThan(2 * TEXT.length);
    expect(gzip).toBeGreaterThan(0);
    expect(gzip).toBeLessThan(TEXT.length / 4);
    await removeTopics(place.brokers, topicPrefix);
  });
});
