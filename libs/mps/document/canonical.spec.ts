import { createHash } from 'node:crypto';

import * as fc from 'fast-check';

import { anyText, checkProperty } from '@mps-ledger/spec-kit';

import { contentForm } from '@mps-ledger/tasks';
import type { Json } from '@mps-ledger/tasks';

import { canonicalText, digestOfSorted, keyTextOf, textOf, textOfSorted } from './canonical';

describe('canonical text', () => {
  test('sorts members by UTF-16 code units, at every level (RFC 8785, 3.2.3)', () => {
    const given = { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\u{1f600}': 5, '\u0080': 6, '\u00f6': { b: 1, a: 2 } };
    expect(canonicalText(given)).toBe(
      '{"\\r":2,"1":4,"\u0080":6,"\u00f6":{"a":2,"b":1},"\u20ac":1,"\u{1f600}":5,"\ufb33":3}',
    );
  });

  test('sorts members that look like numbers as text', () => {
    expect(canonicalText({ '2': 'b', '10': 'a' })).toBe('{"10":"a","2":"b"}');
  });

  test.each([
    [JSON.parse('333333333.33333329') as number, '333333333.3333333'],
    [1e30, '1e+30'],
    [4.5, '4.5'],
    [2e-3, '0.002'],
    [1e-27, '1e-27'],
    [-0, '0'],
    [JSON.parse('9007199254740993') as number, '9007199254740992'],
  ])('writes the number %p as ECMAScript does', (number, text) => {
    expect(canonicalText([number])).toBe(`[${text}]`);
  });

  test('escapes control characters and lone surrogates, and nothing else beyond ASCII', () => {
    expect(canonicalText('\u0000\u0008\u001f"\\/é\ud800')).toBe('"\\u0000\\b\\u001f\\"\\\\/é\\ud800"');
    expect(canonicalText('\u{1f600}\udc00')).toBe('"\u{1f600}\\udc00"');
    expect(canonicalText({ '\ud800': 1 })).toBe('{"\\ud800":1}');
  });

  test('is the same for equal values whatever the order of their members', () => {
    const shuffled = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(shuffled);
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(
        Object.entries(value)
          .reverse()
          .map(([name, member]) => [name, shuffled(member)]),
      );
    };
    checkProperty(
      fc.property(fc.jsonValue(), (value) => {
        expect(canonicalText(shuffled(value) as never)).toBe(canonicalText(value as never));
      }),
    );
  });
});

describe('the text of what is in canonical order already', () => {
  test.each<[string, string]>([
    ['{"9":1,"10":1}', '{"10":1,"9":1}'],
    ['{"1":1,"$":1}', '{"$":1,"1":1}'],
    ['{"1":1,"":1}', '{"":1,"1":1}'],
    ['{"1":1,"01":1,"-1":1}', '{"-1":1,"01":1,"1":1}'],
    ['[{"a":[{"2":1,"11":{"3":1,"20":1}}]}]', '[{"a":[{"11":{"20":1,"3":1},"2":1}]}]'],
    ['{"4294967295":1,"5":1}', '{"4294967295":1,"5":1}'],
    ['["10","9"]', '["10","9"]'],
    ['"1"', '"1"'],
  ])('is canonical for %s', (given, text) => {
    expect(textOfSorted(contentForm(JSON.parse(given) as Json))).toBe(text);
  });

  test('is what the library for RFC 8785 writes, for any value in content form', () => {
    const name = fc.oneof(
      fc.string({ maxLength: 3 }),
      fc.nat({ max: 120 }).map(String),
      fc.constantFrom('$', '', '01'),
    );
    const tree = fc.letrec<{ node: unknown }>((tie) => ({
      node: fc.oneof(
        { maxDepth: 5 },
        fc.oneof(anyText({ maxLength: 4 }), fc.double(), fc.integer(), fc.boolean()),
        fc.array(tie('node'), { maxLength: 3 }),
        fc.dictionary(name, tie('node'), { maxKeys: 5 }),
      ),
    })).node as fc.Arbitrary<Json>;
    checkProperty(
      fc.property(tree, (value) => {
        const content = contentForm(value);
        expect(textOfSorted(content)).toBe(canonicalText(content));
      }),
    );
  });
});

test('the digest is the SHA-256 of the canonical text, in lower-case hex', () => {
  const expected = createHash('sha256').update('{"a":"é","b":[1]}', 'utf8').digest('hex');
  expect(digestOfSorted({ a: 'é', b: [1] })).toBe(expected);
  expect(digestOfSorted({})).toBe('44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a');
});

test.each([
  ['10', '10'],
  [10, '10'],
  [true, 'true'],
  [{ a: 2, b: 1 }, '{"a":2,"b":1}'],
  [[1, 'x'], '[1,"x"]'],
  [null, 'null'],
])('as text, %j is %s', (value, text) => {
  expect(textOf(value)).toBe(text);
});

test('the text of a key form has no defaults', () => {
  expect(keyTextOf({ a: 2, b: 0, c: { d: '' } })).toBe('{"a":2}');
  expect(keyTextOf('10')).toBe(keyTextOf(10));
});
