import { makeKafkaLog, setupKafkaLog } from '@mps-ledger/event-log';
import { consumingContract, CONTRACT_LAYOUT, describeKafka, testBrokers, testTopicPrefix } from '@mps-ledger/testing';

describeKafka('on Kafka', () => {
  consumingContract('the consume loop over the Kafka log', () => {
    const topicPrefix = testTopicPrefix();
    const options = { brokers: testBrokers(), layout: CONTRACT_LAYOUT, topicPrefix, singleBroker: true };
    return Promise.resolve({
      setup: () => setupKafkaLog(options),
      open: () => makeKafkaLog({ ...options, sessionTimeoutMs: 6_000 }),
      close: () => Promise.resolve(),
    });
  });
});
