import { differences } from './differences';

describe('what differs', () => {
  it('is nothing where all that is demanded is there, whatever is there besides', () => {
    expect(
      differences({ a: 1, b: { c: [1, { d: null }] } }, { a: 1, b: { c: [1, { d: null, e: 2 }] }, f: 3 }, 'x'),
    ).toEqual([]);
  });

  it.each([
    [{ a: 1 }, { a: '1' }, 'x.a: expected 1, got "1"'],
    [{ a: null }, {}, 'x.a: expected null, got nothing'],
    [{ a: {} }, { a: null }, 'x.a: expected {}, got null'],
    [[1, 2], [1], 'x: expected [1,2], got [1]'],
    [[1], 'a', 'x: expected [1], got "a"'],
    [{ toString: 1 }, {}, 'x.toString: expected 1, got nothing'],
  ])('is said with its place: %j and %j', (expected, got, line) => {
    expect(differences(expected, got, 'x')).toEqual([line]);
  });

  it('is compared by own members: __proto__ is one of them', () => {
    const expected: unknown = JSON.parse('{"__proto__":{"a":1}}');
    expect(differences(expected, JSON.parse('{"__proto__":{"a":1}}'), 'x')).toEqual([]);
    expect(differences(expected, JSON.parse('{"__proto__":{"a":2}}'), 'x')).toEqual([
      'x.__proto__.a: expected 1, got 2',
    ]);
    expect(differences(expected, {}, 'x')).toHaveLength(1);
  });
});
