import * as fc from 'fast-check';

import { checkProperty } from '@mps-ledger/spec-kit';
import { makeGaps } from './gaps';

const real = fc.integer({ min: 0, max: 1_000_000 });
const gapsOf = fc.tuple(fc.string(), fc.nat(11)).map(([topic, partition]) => makeGaps(topic, partition));

describe('offsets with gaps', () => {
  it('begin at 0, and rise', () => {
    checkProperty(
      fc.property(gapsOf, real, (gaps, offset) => {
        expect(gaps.offset(0)).toBe(0);
        expect(gaps.offset(offset + 1)).toBeGreaterThan(gaps.offset(offset));
      }),
    );
  });

  it('lead back to the record, from its offset and from every position in the gap before it', () => {
    checkProperty(
      fc.property(gapsOf, real, (gaps, offset) => {
        for (let at = gaps.position(offset); at <= gaps.offset(offset); at += 1) {
          expect(gaps.realPosition(at)).toBe(offset);
        }
      }),
    );
  });

  it('do have gaps, of several widths', () => {
    const gaps = makeGaps('t', 0);
    const widths = new Set(Array.from({ length: 200 }, (_, at) => gaps.offset(at + 1) - gaps.offset(at)));
    expect([...widths].sort()).toEqual([1, 2, 3, 4, 5]);
  });
});
