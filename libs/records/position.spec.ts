import { hash } from 'node:crypto';
import fc from 'fast-check';
import { checkProperty } from '@mps-ledger/spec-kit';
import {
  formatItemPosition,
  formatPosition,
  parseItemPosition,
  parsePosition,
  parseReceipt,
  POSITION_PATTERN,
  positionCheck,
} from './index';

const log = 'abc123def456';
const topic = {
  logId: fc.stringMatching(/^[a-z0-9]{12}$/),
  logGeneration: fc.integer({ min: 1, max: 999_999_999 }),
  eventGeneration: fc.integer({ min: 1, max: 999_999_999 }),
};
const offset = fc.integer({ min: 0, max: 999_999_999_999_999 });

describe('a position', () => {
  it('reads back as what it was made of', () => {
    const offsets = fc.array(offset, { minLength: 1, maxLength: 30 });
    const position = fc.record({ ...topic, offsets, check: fc.stringMatching(/^[0-9a-f]{8}$/) });
    checkProperty(
      fc.property(position, (any) => {
        expect(parsePosition(formatPosition(any))).toEqual(any);
      }),
    );
  });

  it('has the generations of the log and of its events after the log’s id, and the check last', () => {
    const position = { logId: log, logGeneration: 2, eventGeneration: 3, offsets: [10, 0, 7], check: '00abcdef' };
    expect(formatPosition(position)).toBe(`p1.${log}.2.3.10-0-7.00abcdef`);
  });

  it('is read exactly where its pattern matches', () => {
    const pattern = new RegExp(POSITION_PATTERN, 'u');
    const part = fc.oneof(
      fc.stringMatching(/^[0-9a-f]{0,17}$/),
      fc.nat().map(String),
      fc.stringMatching(/^[0-9-]{0,9}$/),
      fc.constantFrom(log, 'p1', 'e1', '1', '0', 'abcdef01'),
    );
    const near = fc.array(part, { minLength: 4, maxLength: 7 }).map((parts) => parts.join('.'));
    const right = fc
      .tuple(fc.stringMatching(/^[0-9-]{1,9}$/), fc.stringMatching(/^[0-9a-f]{7,9}$/))
      .map(([offsets, check]) => `p1.${log}.1.1.${offsets}.${check}`);
    checkProperty(
      fc.property(fc.oneof(near, right), (text) => {
        expect(parsePosition(text) !== null).toBe(pattern.test(text));
      }),
    );
  });

  it.each([
    '',
    'p1',
    `p1.${log}.1.1.10`,
    `p1.${log}.1.10.abcdef01`,
    `p1.${log}.1.1..abcdef01`,
    `p1.${log}.1.1.1-.abcdef01`,
    `p1.${log}.1.1.1--2.abcdef01`,
    `p1.${log}.1.1.-1.abcdef01`,
    `p1.${log}.1.1.01.abcdef01`,
    `p1.${log}.1.1.1e2.abcdef01`,
    `p1.${log}.1.1.1.abcdef0`,
    `p1.${log}.1.1.1.abcdef012`,
    `p1.${log}.1.1.1.ABCDEF01`,
    `p1.${log}.0.1.1.abcdef01`,
    `p1.${log}.1.0.1.abcdef01`,
    `p1.${log}.01.1.1.abcdef01`,
    `p1.${log}.1.1.1.abcdef01.9`,
    `p2.${log}.1.1.1.abcdef01`,
    `P1.${log}.1.1.1.abcdef01`,
    ` p1.${log}.1.1.1.abcdef01`,
    `p1.${log}.1.1.1.abcdef01\n`,
    `p1.${log}x.1.1.1.abcdef01`,
    `p1.${log}.9999999999.1.1.abcdef01`,
    `p1.${log}.1.1.9007199254740991.abcdef01`,
  ])('is not %j', (text) => {
    expect(parsePosition(text)).toBeNull();
  });
});

describe('the check of a position', () => {
  it('is made of the ids of the events before it, one line a partition, an empty one where there is none', () => {
    expect(positionCheck(['aa', null, 'bb'])).toBe(hash('sha256', 'aa\n\nbb\n').slice(0, 8));
    expect(positionCheck([null, null])).toBe(hash('sha256', '\n\n').slice(0, 8));
  });

  it('contains the partition of an event', () => {
    const checks = [['a', null], [null, 'a'], ['a'], [null, null]].map((ids) => positionCheck(ids));
    expect(new Set(checks).size).toBe(4);
  });
});

describe('the position of one event', () => {
  it('reads back as what it was made of, and is no receipt', () => {
    const item = fc.record({ ...topic, partition: fc.nat({ max: 999_999_999 }), offset });
    checkProperty(
      fc.property(item, (any) => {
        const text = formatItemPosition(any);
        expect(parseItemPosition(text)).toEqual(any);
        expect(parseReceipt(text)).toBeNull();
        expect(parsePosition(text)).toBeNull();
      }),
    );
  });

  it.each([
    `e1.${log}.1.3.7`,
    `e1.${log}.1.1.3.7.8`,
    `e1.${log}.1.0.3.7`,
    `e1.${log}.1.1.03.7`,
    `r1.${log}.1.3.7.abcdef`,
  ])('is not %j', (text) => {
    expect(parseItemPosition(text)).toBeNull();
  });
});
