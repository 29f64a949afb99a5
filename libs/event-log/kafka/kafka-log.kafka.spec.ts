import { makeKafkaLog, setupKafkaLog } from '@mps-ledger/event-log';
import { eventually, watchConnections } from '@mps-ledger/spec-kit';
import {
  CONTRACT_LAYOUT,
  describeKafka,
  eventLogContract,
  hostile,
  testBrokers,
  testTopicPrefix,
  type LogUnderTest,
} from '@mps-ledger/testing';

import { removeTopics } from './testing/topics';

const SEED = Number(process.env['LOG_SEED'] ?? Date.now() % 1_000_000);

async function emptyPlace(): Promise<LogUnderTest> {
  const topicPrefix = testTopicPrefix();
  const options = { brokers: testBrokers(), layout: CONTRACT_LAYOUT, topicPrefix, singleBroker: true };
  return {
    setup: () => setupKafkaLog(options),
    open: () => makeKafkaLog({ ...options, sessionTimeoutMs: 6_000 }),
    close: () => removeTopics(options.brokers, topicPrefix),
  };
}

describeKafka('on Kafka', () => {
  it('leaves no connection behind, also where many ask at once of a log that was only just opened', async () => {
    const connections = watchConnections();
    const place = await emptyPlace();
    await place.setup();
    const [topic = ''] = CONTRACT_LAYOUT.topics;
    // What is left behind depends on moments: in one of two openings, without the turns that first requests take.
    for (let opening = 0; opening < 10; opening++) {
      const log = place.open();
      const readAll = async (partition: number): Promise<number> => {
        let count = 0;
        for await (const records of log.read({ topic, partition, from: 0, to: 100 })) count += records.length;
        return count;
      };
      expect(await Promise.all([0, 1, 2].map(readAll))).toEqual([1, 1, 1]);
      expect(connections.open()).toBeGreaterThan(0);
      await log.close();
    }
    await place.close();
    await eventually(() => connections.open() === 0, {
      what: () => `${connections.open()} of ${connections.opened()} connections left open`,
    });
    connections.stop();
  });

  eventLogContract('the Kafka log', {
    make: emptyPlace,
    promises: { exact: true, gapless: true, oneOwner: true },
  });

  eventLogContract(`the Kafka log, hostile with LOG_SEED=${SEED}`, {
    make: async () => {
      const place = await emptyPlace();
      return { ...place, open: () => hostile(place.open(), { seed: SEED }) };
    },
    promises: { exact: false, gapless: false, oneOwner: false },
  });
});
