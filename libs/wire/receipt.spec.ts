import fc from 'fast-check';
import { checkProperty } from '@mps-ledger/spec-kit';
import {
  formatItemPosition,
  formatPosition,
  formatReceipt,
  parseItemPosition,
  parsePosition,
  parseReceipt,
} from './index';

const log = 'abc123def456';

describe('a receipt', () => {
  it('reads back as what it was made of', () => {
    const place = fc.record({
      logId: fc.stringMatching(/^[a-z0-9]{12}$/),
      generation: fc.integer({ min: 1 }),
      partition: fc.nat(),
      offset: fc.maxSafeNat(),
    });
    checkProperty(
      fc.property(place, (receipt) => {
        expect(parseReceipt(formatReceipt(receipt))).toEqual(receipt);
        expect(parseItemPosition(formatItemPosition(receipt))).toEqual(receipt);
        expect(parseItemPosition(formatReceipt(receipt))).toBeNull();
        expect(parseReceipt(formatItemPosition(receipt))).toBeNull();
      }),
    );
  });

  it.each([
    '',
    'r1',
    `r1.${log}.1.3`,
    `r1.${log}.1.3.7.9`,
    `r2.${log}.1.3.7`,
    `R1.${log}.1.3.7`,
    `r1.${log}x.1.3.7`,
    `r1.${log.toUpperCase()}.1.3.7`,
    `r1.${log}.0.3.7`,
    `r1.${log}.01.3.7`,
    `r1.${log}.1.03.7`,
    `r1.${log}.1.3.-7`,
    `r1.${log}.1.3.+7`,
    `r1.${log}.1.3.7e2`,
    `r1.${log}.1.3.0x7`,
    `r1.${log}.1.3.`,
    `r1.${log}.1.3. 7`,
    `r1.${log}.1.3.7\n`,
    `r1.${log}.1.3.９`,
    `r1.${log}.1.3.9007199254740993`,
    `r1.${log}.1.3.99999999999999999999`,
  ])('is not %j', (text) => {
    expect(parseReceipt(text)).toBeNull();
  });
});

describe('a position', () => {
  it('reads back as what it was made of', () => {
    const position = fc.record({
      logId: fc.stringMatching(/^[a-z0-9]{12}$/),
      generation: fc.integer({ min: 1 }),
      offsets: fc.array(fc.maxSafeNat(), { minLength: 1, maxLength: 30 }),
    });
    checkProperty(
      fc.property(position, (any) => {
        expect(parsePosition(formatPosition(any))).toEqual(any);
      }),
    );
  });

  it.each([
    '',
    'p1',
    `p1.${log}.1`,
    `p1.${log}.1.`,
    `p1.${log}.1.1-`,
    `p1.${log}.1.1--2`,
    `p1.${log}.1.01`,
    `p1.${log}.0.1`,
  ])('is not %j', (text) => {
    expect(parsePosition(text)).toBeNull();
  });
});
