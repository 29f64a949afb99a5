import fc from 'fast-check';
import { checkProperty } from '@mps-ledger/spec-kit';
import { trigramsOf, trigramsOfFragment } from './trigrams';

const line = fc.string({ unit: 'grapheme', minLength: 3, maxLength: 60 }).map((text) => text.replaceAll('\n', ' '));

it('a text has all trigrams of each fragment of its lines', () => {
  checkProperty(
    fc.property(
      fc.array(line, { minLength: 1, maxLength: 5 }),
      fc.nat(),
      fc.nat(),
      fc.nat(),
      (lines, which, at, length) => {
        const one = lines[which % lines.length] ?? '';
        const from = at % one.length;
        const fragment = one.slice(from, from + 3 + (length % one.length));
        const all = new Set(trigramsOf(`${lines.join('\n')}\n`));
        for (const trigram of trigramsOfFragment(fragment)) expect(all).toContain(trigram);
      },
    ),
  );
});

it('a text has the trigrams of a whole line with its line feed, and of no two lines', () => {
  const all = trigramsOf('abc\ndef\n');
  expect(all).toHaveLength(4);
  expect(all).toEqual(expect.arrayContaining([...trigramsOfFragment('abc\n'), ...trigramsOfFragment('def\n')]));
  expect(all).not.toEqual(expect.arrayContaining([...trigramsOfFragment('c\nd')]));
});

it('a fragment of fewer than three characters has none, a long one a bounded number', () => {
  expect(trigramsOfFragment('ab')).toEqual([]);
  expect(trigramsOfFragment('')).toEqual([]);
  const long = Array.from({ length: 500 }, (_, n) => String.fromCharCode(0x4e00 + n)).join('');
  expect(trigramsOfFragment(long)).toHaveLength(32);
});

it('they are signed numbers of 32 bits, ascending and distinct', () => {
  const all = trigramsOf('transcode/转码任务-2026/output.mp4\n'.repeat(3));
  expect([...new Set(all)].sort((one, other) => one - other)).toEqual(all);
  for (const trigram of all) expect(trigram).toBe(trigram | 0);
});
