import fc from 'fast-check';
import { checkProperty } from '@mps-ledger/spec-kit';
import { formatReceipt, parseReceipt, RECEIPT_PATTERN, receiptCheck } from './index';

const log = 'abc123def456';

describe('a receipt', () => {
  it('reads back as what it was made of', () => {
    const place = fc.record({
      logId: fc.stringMatching(/^[a-z0-9]{12}$/),
      logGeneration: fc.integer({ min: 1, max: 999_999_999 }),
      partition: fc.nat({ max: 999_999_999 }),
      offset: fc.integer({ min: 0, max: 999_999_999_999_999 }),
    });
    const check = fc.stringMatching(/^[0-9a-f]{6}$/);
    checkProperty(
      fc.property(place, check, (at, of) => {
        const receipt = { ...at, check: of };
        expect(parseReceipt(formatReceipt(receipt))).toEqual(receipt);
      }),
    );
  });

  it('ends in a check of the notification: the first six hex digits of the SHA-256 of its id', () => {
    expect(receiptCheck('abc')).toBe('ba7816');
    expect(parseReceipt(`r1.${log}.1.3.7.ba7816`)).toEqual({
      ...{ logId: log, logGeneration: 1, partition: 3, offset: 7, check: 'ba7816' },
    });
  });

  it('is read exactly where its pattern matches', () => {
    const pattern = new RegExp(RECEIPT_PATTERN, 'u');
    const part = fc.oneof(
      fc.stringMatching(/^[0-9a-f]{0,17}$/),
      fc.nat().map(String),
      fc.constantFrom(log, 'r1', 'e1'),
    );
    const near = fc.array(part, { minLength: 4, maxLength: 7 }).map((parts) => parts.join('.'));
    const right = fc
      .tuple(fc.nat(), fc.nat(), fc.stringMatching(/^[0-9a-f]{5,7}$/))
      .map(([partition, offset, check]) => `r1.${log}.1.${partition}.${offset}.${check}`);
    checkProperty(
      fc.property(fc.oneof(near, right), (text) => {
        expect(parseReceipt(text) !== null).toBe(pattern.test(text));
      }),
    );
  });

  it.each([
    '',
    'r1',
    `r1.${log}.1.3.7`,
    `r1.${log}.1.3.7.`,
    `r1.${log}.1.3.7.abcde`,
    `r1.${log}.1.3.7.abcdef0`,
    `r1.${log}.1.3.7.ABCDEF`,
    `r1.${log}.1.3.7.abcdeg`,
    `r1.${log}.1.3.7.abcdef.9`,
    `r2.${log}.1.3.7.abcdef`,
    `R1.${log}.1.3.7.abcdef`,
    ` r1.${log}.1.3.7.abcdef`,
    `r1.${log}x.1.3.7.abcdef`,
    `r1.${log.toUpperCase()}.1.3.7.abcdef`,
    `r1.${log}.0.3.7.abcdef`,
    `r1.${log}.01.3.7.abcdef`,
    `r1.${log}.1.03.7.abcdef`,
    `r1.${log}.1.3.-7.abcdef`,
    `r1.${log}.1.3.+7.abcdef`,
    `r1.${log}.1.3.7e2.abcdef`,
    `r1.${log}.1.3.0x7.abcdef`,
    `r1.${log}.1.3..abcdef`,
    `r1.${log}.1.3. 7.abcdef`,
    `r1.${log}.1.3.7.abcdef\n`,
    `r1.${log}.1.3.９.abcdef`,
    `r1.${log}.9999999999.3.7.abcdef`,
    `r1.${log}.1.9999999999.7.abcdef`,
    `r1.${log}.1.3.9007199254740991.abcdef`,
    `r1.${log}.1.3.99999999999999999999.abcdef`,
  ])('is not %j', (text) => {
    expect(parseReceipt(text)).toBeNull();
  });
});
