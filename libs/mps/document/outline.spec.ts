import * as fc from 'fast-check';

import { checkProperty } from '@mps-ledger/spec-kit';

import { completedOutlines, outlineOf } from './outline';

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
    checkProperty(
      fc.property(fc.json(), fc.integer({ min: 0, max: 4 }), (text, depth) => {
        expect(JSON.parse(outlineOf(text, depth))).toEqual(cut(JSON.parse(text), depth));
      }),
    );
  });
});

/** A value with what is deeper replaced by null. */
function cut(value: unknown, levels: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (levels === 0) return null;
  if (Array.isArray(value)) return value.map((element) => cut(element, levels - 1));
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, cut(member, levels - 1)]));
}

describe('outline of the beginning of a JSON text', () => {
  const completed = (text: string, depth: number): unknown => {
    for (const outline of completedOutlines(text, depth))
      try {
        return JSON.parse(outline) as unknown;
      } catch {
        // The next one.
      }
    return undefined;
  };

  test.each([
    ['{"a":1,"b":{"c":"d"', 2, { a: 1, b: { c: 'd' } }],
    ['{"a":1,"b":{"c":"d', 2, { a: 1 }],
    ['{"a":1,"b":{"c":2,"d":', 2, { a: 1, b: { c: 2 } }],
    ['{"a":1,"b":{"c":[{"d":2,"e', 2, { a: 1, b: { c: null } }],
    ['{"a":[1,2,{"b":"}],"},3', 2, { a: [1, 2, null, 3] }],
    ['{"a":"1,2', 2, undefined],
    ['{', 2, {}],
    ['', 2, undefined],
    [']]],[', 2, undefined],
  ])('of %s, %i levels deep, is %j', (text, depth, outline) => {
    expect(completed(text, depth)).toEqual(outline);
  });

  test('has nothing that the whole does not have, and all before its last comma', () => {
    const body = fc.dictionary(
      fc.string(),
      fc.json({ maxDepth: 3 }).map((text) => JSON.parse(text) as unknown),
    );
    checkProperty(
      fc.property(body, fc.nat(), (whole, at) => {
        const text = JSON.stringify({ ...whole, last: [whole, 1] });
        const beginning = completed(text.slice(0, at % text.length), 9) as object | undefined;
        const names = Object.keys({ ...whole, last: 1 });
        if (beginning === undefined) return;
        expect(Object.keys(beginning)).toEqual(names.slice(0, Object.keys(beginning).length));
        const before = Object.entries(beginning).slice(0, -1);
        expect(whole).toMatchObject(Object.fromEntries(before));
      }),
    );
  });
});
