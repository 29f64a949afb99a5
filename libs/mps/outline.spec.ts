import * as fc from 'fast-check';

import { checkProperty } from '@mps-ledger/spec-kit';

import { outlineOf } from './outline';

describe('outline of a JSON text', () => {
  test.each([
    ['{"a":{"b":{"c":1}},"d":[1]}', 1, '{"a":null,"d":null}'],
    ['{"a":{"b":{"c":1}},"d":[1]}', 2, '{"a":{"b":null},"d":[1]}'],
    ['{"a":"}{][\\"","b":[[{}],2]}', 2, '{"a":"}{][\\"","b":[null,2]}'],
    ['{"a\\\\":{"b":1}}', 1, '{"a\\\\":null}'],
    ['7', 1, '7'],
    ['', 1, ''],
    ['"cut o\\', 1, '"cut o\\'],
    ['[]', 1, '[]'],
    ['[[]]', 1, '[null]'],
    ['[[],[[]],{}]', 1, '[null,null,null]'],
    ['[[],[[]],{}]', 2, '[[],[null],{}]'],
    ['[[[[[]]]]]', 0, 'null'],
    [' { "a" : [ 1 ] , "b" : 2 } ', 1, ' { "a" : null , "b" : 2 } '],
    ['{"\\\\":"\\"[\\\\","]":["\\""]}', 1, '{"\\\\":"\\"[\\\\","]":null}'],
    ['["",[""],"]"]', 1, '["",null,"]"]'],
  ])('of %s cuts below level %i', (text, depth, outline) => {
    expect(outlineOf(text, depth)).toBe(outline);
  });

  test('is the value with what is deeper replaced by null', () => {
    const cut = (value: unknown, levels: number): unknown => {
      if (typeof value !== 'object' || value === null) return value;
      if (levels === 0) return null;
      if (Array.isArray(value)) return value.map((element) => cut(element, levels - 1));
      return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, cut(member, levels - 1)]));
    };
    checkProperty(
      fc.property(fc.json(), fc.integer({ min: 0, max: 4 }), (text, depth) => {
        expect(JSON.parse(outlineOf(text, depth))).toEqual(cut(JSON.parse(text), depth));
      }),
    );
  });
});
