import { makeKafkaLog, setupKafkaLog } from '@mps-ledger/event-log';
import {
  CONTRACT_LAYOUT,
  describeKafka,
  eventLogContract,
  hostile,
  testBrokers,
  testTopicPrefix,
  type LogUnderTest,
} from '@mps-ledger/testing';

import { removeTopics } from './spec-topics';

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
