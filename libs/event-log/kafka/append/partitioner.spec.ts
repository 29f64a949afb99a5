import * as fc from 'fast-check';
import { Partitioners } from 'kafkajs';

import { checkProperty } from '@mps-ledger/spec-kit';
import { partitionOf } from '../../port/partitioner';

describe('the partitioner', () => {
  it('agrees with the default partitioner of the Kafka client on any bytes', () => {
    const choose = Partitioners.DefaultPartitioner();
    checkProperty(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.integer({ min: 1, max: 64 }), (bytes, count) => {
        const key = Buffer.from(bytes);
        const partitionMetadata = Array.from({ length: count }, (_, partitionId) => ({
          partitionId,
          leader: 0,
          partitionErrorCode: 0,
          replicas: [],
          isr: [],
        }));
        const chosen = choose({ topic: 't', partitionMetadata, message: { key, value: null } });
        return partitionOf(key, count) === chosen;
      }),
      5000,
    );
  });
});
