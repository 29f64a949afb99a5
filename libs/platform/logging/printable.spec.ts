import fc from 'fast-check';
import { anyText, checkProperty } from '@mps-ledger/spec-kit';

import { printable, printableLines } from './printable';

describe('a printable text', () => {
  test.each([
    ['a\u001b[31mred\u001b[0m', 'a\\u001b[31mred\\u001b[0m'],
    ['\u009b31m', '\\u009b31m'],
    ['title\u001b]0;x\u0007', 'title\\u001b]0;x\\u0007'],
    ['a\u007fb\u0000', 'a\\u007fb\\u0000'],
    ['one\ntwo\r\n\tthree', 'one\\ntwo\\r\\n\\tthree'],
    ['one\u2028two\u2029\u0085', 'one\\u2028two\\u2029\\u0085'],
    ['a\u202eb\u2066c\u200fd\u061ce', 'a\\u202eb\\u2066c\\u200fd\\u061ce'],
    ['no\u200bbreak\ufeff', 'no\\u200bbreak\\ufeff'],
    ['\u{e0041}', '\\u{e0041}'],
    ['\ud800', '\\ud800'],
    ['媒 é "quoted" \\ 😀', '媒 é "quoted" \\ 😀'],
  ])('of %j', (text, shown) => {
    expect(printable(text)).toBe(shown);
  });

  test('holds nothing that a terminal obeys, whatever the text', () => {
    checkProperty(
      fc.property(anyText(), (text) => {
        expect(printable(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
      }),
    );
  });

  test('may be of several lines, which only a line feed ends', () => {
    expect(printableLines('a\nb\rc\u2028d\n')).toBe('a\nb\\rc\\u2028d\n');
  });
});
