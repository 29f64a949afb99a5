import * as fc from 'fast-check';

import { checkProperty } from '@mps-ledger/spec-kit';
import { fairShare } from './fair-share';

const members = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 7 });

function shareOf(me: string, all: readonly string[], partitions: number): number {
  return fairShare({ me, others: all.filter((one) => one !== me), partitions, held: [] }).acquire;
}

describe('a fair share', () => {
  it('of all members is the whole, and no two differ by more than one', () => {
    checkProperty(
      fc.property(members, fc.integer({ min: 1, max: 40 }), (all, partitions) => {
        const shares = all.map((me) => shareOf(me, all, partitions));
        expect(shares.reduce((sum, share) => sum + share, 0)).toBe(partitions);
        expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('is everything for one alone', () => {
    expect(fairShare({ me: 'a', others: [], partitions: 12, held: [3] })).toEqual({ release: [], acquire: 11 });
  });

  it('gives up what is above it, and nothing else', () => {
    const share = fairShare({ me: 'a', others: ['b'], partitions: 4, held: [3, 0, 2, 1] });
    expect(share).toEqual({ release: [2, 3], acquire: 0 });
  });

  it('leaves things as they are where they are even', () => {
    expect(fairShare({ me: 'b', others: ['a'], partitions: 5, held: [4, 0] })).toEqual({ release: [], acquire: 0 });
  });
});
