import { setupKafkaLog } from '@mps-ledger/event-log';
import { eventually } from '@mps-ledger/spec-kit';
import { describeKafka, testBrokers, testTopicPrefix } from '@mps-ledger/testing';

import { makeClient } from '../client';
import { makeGroupConsumer } from './group-consumer';
import { removeTopics } from '../testing/topics';

const TOPIC = 'consumed';
const PARTITIONS = 3;

describeKafka('a member of a group', () => {
  it('is offered what was fetched of all its partitions at once, each while the others are at work on theirs', async () => {
    const topicPrefix = testTopicPrefix();
    const place = { brokers: testBrokers(), topicPrefix, singleBroker: true };
    await setupKafkaLog({ ...place, layout: { topics: [TOPIC], partitions: PARTITIONS } });
    const atWork = new Set<number>();
    let finish = (): void => undefined;
    const all = new Promise<void>((resolve) => (finish = resolve));
    const nothing = (): void => undefined;
    const consuming = makeGroupConsumer({
      client: makeClient(place),
      ...{ group: `${topicPrefix}at-once`, topic: `${topicPrefix}${TOPIC}`, partitions: PARTITIONS },
      ...{ sessionTimeoutMs: 6_000, heartbeatMs: 1_000, fetchWaitMs: 100 },
      ...{ onHeartbeat: nothing, onRebalancing: nothing, onFetchGap: nothing },
      // Each has its genesis record, and one fetch brings all of them.
      onJoined: (given) => given.forEach((partition) => consuming.resume(partition)),
      onOffer: async (partition, offer) => {
        atWork.add(partition);
        if (atWork.size === PARTITIONS) finish();
        // None is done before all are at it: one after the other they would never be.
        await all;
        offer.take();
      },
    });
    try {
      await consuming.start();
      await eventually(() => atWork.size === PARTITIONS, { what: () => `all at work, not just ${[...atWork].join()}` });
    } finally {
      finish();
      await consuming.stop();
      await removeTopics(place.brokers, topicPrefix);
    }
  });
});
