import * as fc from 'fast-check';

import { checkProperty } from '@mps-ledger/spec-kit';

import { isAbsent, normalForm, saysNothing } from './normal-form';

const infinity = JSON.parse('1e400');
const zeroTime = '0000-00-00T00:00:00Z';

describe('normal form', () => {
  test.each([
    ['null', { a: null, z: 1 }, { z: 1 }],
    ['the empty string', { a: '', z: 1 }, { z: 1 }],
    ['zero', { a: 0, z: 1 }, { z: 1 }],
    ['minus zero', { a: -0, z: 1 }, { z: 1 }],
    ['false', { a: false, z: 1 }, { z: 1 }],
    ['the empty array', { a: [], z: 1 }, { z: 1 }],
    ['the empty object', { a: {}, z: 1 }, { z: 1 }],
    ['a number that is not finite', { a: infinity, b: -infinity, z: 1 }, { z: 1 }],
    ['the zero time', { a: zeroTime, z: 1 }, { z: 1 }],
  ])('leaves out a member that is %s', (_, given, expected) => {
    expect(normalForm(given)).toEqual(expected);
  });

  test.each([
    ['a space', ' '],
    ['true', true],
    ['a negative number', -1],
    ['a tiny number', 5e-324],
    ['the text of a zero', '0'],
    ['the text of null', 'null'],
    ['a time that is nearly the zero time', '0000-00-00T00:00:00.000Z'],
    ['an array of null', [null]],
  ])('keeps a member that is %s', (_, value) => {
    expect(normalForm({ a: value })).toEqual({ a: value });
  });

  test('leaves out from the innermost outwards', () => {
    expect(normalForm({ a: { b: { c: { d: '' }, e: [] } }, f: { g: { h: 1 } } })).toEqual({ f: { g: { h: 1 } } });
  });

  test('keeps the places of an array, whatever stands in them', () => {
    const given = { a: [0, '', null, false, [], {}, { b: null }, zeroTime, infinity, -0, [null], 1] };
    expect(normalForm(given)).toStrictEqual({ a: [0, '', null, false, [], {}, {}, null, null, 0, [null], 1] });
    expect(Object.is((normalForm({ a: [-0] }) as { a: number[] }).a[0], 0)).toBe(true);
  });

  test('puts members in canonical order', () => {
    const given = { b: 1, a: { d: 1, c: 1 }, é: 1, B: 1 };
    expect(JSON.stringify(normalForm(given))).toBe('{"B":1,"a":{"c":1,"d":1},"b":1,"é":1}');
  });

  test('keeps members named like those every object has', () => {
    const given = JSON.parse('{"__proto__":{"x":1},"constructor":2,"toString":3,"hasOwnProperty":""}');
    const normal = normalForm(given);
    expect(JSON.stringify(normal)).toBe('{"__proto__":{"x":1},"constructor":2,"toString":3}');
    expect(Object.getPrototypeOf(normal)).toBe(Object.prototype);
    expect(Object.getOwnPropertyDescriptor(normal, '__proto__')).toEqual({
      ...{ value: { x: 1 }, enumerable: true, configurable: true, writable: true },
    });
  });

  test.each([
    ['1e400', 1],
    ['[-1e400, 1e400]', 2],
    ['9007199254740993', 1],
    ['9007199254740991', 0],
    ['-9007199254740993', 1],
    ['0.1', 0],
  ])('tells of a number that a double cannot hold: %s', (text, times) => {
    const onLossy = jest.fn();
    normalForm(JSON.parse(`{"a":${text}}`), onLossy);
    expect(onLossy).toHaveBeenCalledTimes(times);
  });

  test('changes nothing when done again', () => {
    checkProperty(
      fc.property(fc.jsonValue(), (value) => {
        const once = normalForm(value as never);
        expect(normalForm(once)).toStrictEqual(once);
        expect(JSON.stringify(normalForm(once))).toBe(JSON.stringify(once));
      }),
    );
  });

  test.each([[null], [''], [0], [-0], [false], [[]], [{}], [infinity], [zeroTime], [{ a: null, b: { c: '' } }]])(
    'takes %j for absent',
    (value) => {
      expect(isAbsent(value)).toBe(true);
      expect(saysNothing(normalForm(value))).toBe(true);
    },
  );

  test.each([[' '], [1], [-1], [true], [[null]], [[[]]], ['0'], [{ a: null, b: [0] }]])(
    'takes %j for present',
    (value) => {
      expect(isAbsent(value)).toBe(false);
      expect(saysNothing(normalForm(value))).toBe(false);
    },
  );

  test('of a value says nothing exactly where the value as parsed is absent', () => {
    const value = fc.jsonValue().map((given) => JSON.parse(JSON.stringify(given).replaceAll('true', '1e400')));
    const thin = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom(null, '', 0, -0, false, infinity, zeroTime, 1),
        fc.array(tie('value'), { maxLength: 1 }),
        fc.dictionary(fc.string({ maxLength: 2 }), tie('value'), { maxKeys: 2 }),
      ),
    })).value;
    checkProperty(
      fc.property(fc.oneof(value, thin), (given) => {
        expect(isAbsent(given as never)).toBe(saysNothing(normalForm(given as never)));
      }),
    );
  });
});
