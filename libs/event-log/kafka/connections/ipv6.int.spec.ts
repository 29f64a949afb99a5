import { networkInterfaces } from 'node:os';

import { makeKafkaLog } from '@mps-ledger/event-log';
import { record, startStubCluster } from '@mps-ledger/testing';
import { hostOfSeed, toSeed } from './seed-hosts';

/** Some containers have none. */
const hasIpv6 = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === '::1'));

describe('a broker with an IPv6 address', () => {
  (hasIpv6 ? it : it.skip)('is reached, both as one to begin with and by what it says of itself', async () => {
    const cluster = await startStubCluster('topic', [1, 2], '::1');
    const log = makeKafkaLog({ brokers: cluster.brokers, layout: { topics: ['topic'], partitions: 2 } });
    try {
      expect(cluster.brokers[0]).toMatch(/^\[::1\]:\d+$/);
      for (const partition of [0, 1]) await log.append('topic', partition, [record('x')]);
      expect([cluster.taken(0), cluster.taken(1)]).toEqual([1, 1]);
    } finally {
      await log.close();
      await cluster.close();
    }
  });

  it.each([
    ['[::1]:9092', '%3A%3A1:9092', '::1'],
    ['[fe80::1%eth0]:9092', 'fe80%3A%3A1%eth0:9092', 'fe80::1%eth0'],
    ['kafka-1:9092', 'kafka-1:9092', 'kafka-1'],
    ['10.0.0.1:9092', '10.0.0.1:9092', '10.0.0.1'],
  ])('%s goes through kafkajs as %s', (broker, seed, host) => {
    expect(toSeed(broker)).toBe(seed);
    expect(hostOfSeed(seed.split(':')[0] ?? '')).toBe(host);
    expect(hostOfSeed(host)).toBe(host);
  });
});
