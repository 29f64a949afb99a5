import { makeKafkaLog, setupKafkaLog, type EventLog } from '@mps-ledger/event-log';
import { describeKafka, forwardingContract, testBrokers, testTopicPrefix } from '@mps-ledger/testing';
import { SPEC_LAYOUT } from '../../testing/callback-listener';
import { startIngestOfCallbacks } from '../../testing/ingest-of-callbacks';

describeKafka('with a broker', () => {
  forwardingContract('Kafka', {
    async openLog() {
      const topicPrefix = testTopicPrefix();
      const options = { brokers: testBrokers(), layout: SPEC_LAYOUT, topicPrefix, singleBroker: true };
      await setupKafkaLog({ ...options, retentionMs: {} });
      const opened: EventLog[] = [];
      return {
        open() {
          const log = makeKafkaLog({ ...options, sessionTimeoutMs: 6_000 });
          opened.push(log);
          return log;
        },
        async close() {
          await Promise.all(opened.map((log) => log.close()));
        },
      };
    },
    start: startIngestOfCallbacks,
  });
});
