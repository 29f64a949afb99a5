import * as fc from 'fast-check';
import { anyText } from './any-text';

describe('any text', () => {
  const texts = fc.sample(anyText({ maxLength: 12 }), { numRuns: 2_000, seed: 1 });

  it('can be written as UTF-8 and read again', () => {
    for (const text of texts) expect(Buffer.from(text).toString()).toBe(text);
  });

  it.each([['__proto__'], ['toString'], ['']])('may be %j', (text) => {
    expect(texts).toContain(text);
  });

  it.each([/\0/, /[\ue000-\uffff]/, /[\u{10000}-\u{10ffff}]/u])('may have %s', (part) => {
    expect(texts.some((text) => part.test(text))).toBe(true);
  });
});
