import * as fc from 'fast-check';

import { checkProperty } from '@mps-ledger/spec-kit';

import { contentForm, isEmpty, keyForm, keyText } from './forms';
import type { Json } from './json';

const infinity = JSON.parse('1e400') as number;
const zeroTime = '0000-00-00T00:00:00Z';
const parsed = (text: string): Json => JSON.parse(text) as Json;

/** JSON in which values that say nothing, secrets and odd names are frequent. */
const names = fc.oneof(
  fc.string({ maxLength: 2 }),
  fc.constantFrom('Path', '10', '9', '$', '', '__proto__', 'constructor', 'SecretId', 'S3SecretKey'),
);
const anyValue = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    fc.constantFrom(null, '', 0, -0, false, true, infinity, -infinity, zeroTime, 1, 0.5, 2 ** 60, 'x', '\ud800'),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(names, tie('value'), { maxKeys: 4 }),
  ),
})).value as fc.Arbitrary<Json>;

describe('content form', () => {
  test.each<[string, Json]>([
    ['zero', 0],
    ['false', false],
    ['the empty text', ''],
    ['the empty array', []],
    ['the empty object', {}],
    ['the zero time', zeroTime],
    ['an array of nothing', [null, {}, '', 0, []]],
  ])('keeps a member that is %s', (_, value) => {
    expect(contentForm({ a: value })).toStrictEqual({ a: value });
  });

  test('leaves out null and numbers that are not finite, and nothing else; their places in arrays stay', () => {
    const given = { a: null, b: infinity, c: -infinity, d: { e: null }, f: [null, infinity, -0, { g: null }] };
    expect(contentForm(given)).toStrictEqual({ d: {}, f: [null, null, 0, {}] });
    expect(contentForm(infinity)).toBeNull();
  });

  test('knows one zero only', () => {
    expect(Object.is((contentForm({ a: -0 }) as { a: number }).a, 0)).toBe(true);
  });

  test.each(['S3SecretId', 'S3SecretKey', 'NotifyKey', 'SecretId', 'SecretKey'])(
    'leaves out %s at any depth',
    (name) => {
      const given = {
        [name]: 'x',
        in: [{ [name]: { deep: 'x' }, Path: name }],
        [`${name}s`]: 'x',
        [name.toLowerCase()]: 'x',
      };
      const kept = { in: [{ Path: name }], [`${name}s`]: 'x', [name.toLowerCase()]: 'x' };
      expect(contentForm(given)).toStrictEqual(kept);
      expect(isEmpty({ [name]: 'x' })).toBe(true);
    },
  );

  test('puts members in canonical order', () => {
    const given = { b: 1, a: { d: 1, c: 1 }, é: 1, B: 1 };
    expect(JSON.stringify(contentForm(given))).toBe('{"B":1,"a":{"c":1,"d":1},"b":1,"é":1}');
  });

  test('keeps members named like those every object has', () => {
    const content = contentForm(parsed('{"__proto__":{"x":1},"constructor":2,"hasOwnProperty":""}'));
    expect(JSON.stringify(content)).toBe('{"__proto__":{"x":1},"constructor":2,"hasOwnProperty":""}');
    expect(Object.getPrototypeOf(content)).toBe(Object.prototype);
  });

  test('reports where a number that is not finite was dropped, and that integers were rounded', () => {
    const notFinite = jest.fn();
    const inexact = jest.fn();
    const given = parsed('{"a":1e400,"b":[1,-1e400],"c":9007199254740993,"d":9007199254740991,"e":0.1}');
    const content = contentForm(given, { notFinite, inexact }) as { b: object };
    expect(notFinite.mock.calls).toEqual([
      [content, 'a'],
      [content.b, '1'],
    ]);
    expect(notFinite.mock.calls[1]?.[0]).toBe(content.b);
    expect(inexact).toHaveBeenCalledTimes(1);
  });

  test('changes nothing when done again', () => {
    checkProperty(
      fc.property(anyValue, (value) => {
        const once = contentForm(value);
        expect(JSON.stringify(contentForm(once))).toBe(JSON.stringify(once));
      }),
    );
  });
});

describe('key form', () => {
  test.each<[string, Json]>([
    ['the empty text', ''],
    ['zero', 0],
    ['false', false],
    ['the empty array', []],
    ['the empty object', {}],
    ['the zero time', zeroTime],
    ['an array of nothing but {}', [{}, {}]],
    ['an array of what comes to {}', [{ a: 0 }, { b: { c: '' } }]],
  ])('leaves out a member that is %s', (_, value) => {
    expect(keyForm({ a: value, z: 1 })).toStrictEqual({ z: 1 });
    expect(isEmpty(value)).toBe(true);
  });

  test.each<[string, Json]>([
    ['a space', ' '],
    ['true', true],
    ['a negative number', -1],
    ['the text of a zero', '0'],
    ['a time that is nearly the zero time', '0000-00-00T00:00:00.000Z'],
    ['an array of null', [null]],
    ['an array of zero', [0]],
    ['an array of an array', [[]]],
  ])('keeps a member that is %s', (_, value) => {
    expect(keyForm({ a: value })).toStrictEqual({ a: value });
    expect(isEmpty(value)).toBe(false);
  });

  test('leaves out from the innermost outwards, and keeps the places of an array', () => {
    expect(keyForm({ a: { b: { c: { d: '' }, e: [] } }, f: { g: { h: 1 } } })).toStrictEqual({ f: { g: { h: 1 } } });
    expect(keyForm({ a: [0, '', null, false, [{}], { b: 0 }, zeroTime, 1] })).toStrictEqual({
      a: [0, '', null, false, [], {}, zeroTime, 1],
    });
  });

  test('is one text for values that are equal, whatever the order of their members', () => {
    expect(keyText({ b: 1, '10': 1, '9': 1, $: 1 })).toBe(keyText({ $: 1, '9': 1, '10': 1, b: 1, z: 0 }));
  });

  test('is idempotent, and is empty exactly if the parsed value is empty', () => {
    checkProperty(
      fc.property(anyValue, (value) => {
        const content = contentForm(value);
        const key = keyForm(content);
        expect(JSON.stringify(keyForm(key))).toBe(JSON.stringify(key));
        expect(isEmpty(value)).toBe(isEmpty(content));
        expect(isEmpty(content)).toBe(isEmpty(key));
        expect(isEmpty(key)).toBe(
          [null, '', 0, false, zeroTime].includes(key as never) || ['{}', '[]'].includes(JSON.stringify(key)),
        );
      }),
    );
  });

  test('is the same for two spellings that differ in defaults only', () => {
    const defaults = fc.constantFrom<Json | undefined>(undefined, null, '', 0, false, [], {}, zeroTime, [{}]);
    const respelled = (value: Json, spell: () => Json | undefined): Json => {
      if (Array.isArray(value)) return (value as Json[]).map((element) => respelled(element, spell));
      if (typeof value !== 'object' || value === null) return value;
      const members = Object.entries(value).map(([name, member]): [string, Json | undefined] => [
        name,
        isEmpty(member) ? spell() : respelled(member, spell),
      ]);
      return Object.fromEntries([...members, ['added', spell()]].filter(([, member]) => member !== undefined)) as Json;
    };
    checkProperty(
      fc.property(anyValue, fc.infiniteStream(defaults), (value, stream) => {
        const spell = (): Json | undefined => stream.next().value as Json | undefined;
        const content = contentForm(value);
        expect(keyText(contentForm(respelled(content, spell)))).toBe(keyText(content));
      }),
    );
  });
});
