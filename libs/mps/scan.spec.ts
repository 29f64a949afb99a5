import * as fc from 'fast-check';

import { checkProperty } from '@mps-ledger/testing';

import { scanJson } from './scan';

const parses = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

describe('scanning a text as JSON', () => {
  test.each([
    ['{}', 1, 0],
    ['[]', 1, 0],
    ['1', 0, 0],
    [' "a{[" ', 0, 0],
    ['{"a":1}', 1, 1],
    ['{"a":1,"b":[1,2,{}]}', 3, 5],
    ['[[[]],[]]', 3, 3],
    ['{"a":{"b":{"c":null}}}', 3, 3],
    ['\t\r\n [ 1 , 2 ] ', 1, 2],
  ])('counts levels and members of %s', (text, depth, members) => {
    expect(scanJson(text)).toEqual({ fault: null, depth, members });
  });

  test.each([
    ['', 0],
    ['   ', 3],
    ['{', 1],
    ['{"a"', 4],
    ['{"a":', 5],
    ['{"a":1', 6],
    ['{"a":1,}', 7],
    ['{"a":1}}', 7],
    ['{"a":1} x', 8],
    ['{a:1}', 1],
    ['[1,]', 3],
    ['[1 2]', 3],
    ['[01]', 2],
    ['[1.]', 2],
    ['[-]', 1],
    ['[+1]', 1],
    ['[.5]', 1],
    ['[NaN]', 1],
    ['[tru]', 1],
    ['["a\nb"]', 3],
    ['["\\x"]', 2],
    ['["\\u12G4"]', 4],
    ['["a', 3],
    ['{"a":1]', 6],
    ["{'a':1}", 1],
    ['\u00a0{}', 0],
    ['undefined', 0],
  ])('finds the fault of %j at %i', (text, fault) => {
    expect(parses(text)).toBe(false);
    expect(scanJson(text).fault).toBe(fault);
  });

  test('says of any text what JSON.parse says', () => {
    const token = fc.constantFrom(
      ...'{}[],:"\\ \n0-1.eE+'.split(''),
      'true',
      'null',
      'fals',
      '\\u',
      '12aF',
      '"a"',
      '\ud800',
    );
    checkProperty(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(token, { maxLength: 12 }).map((tokens) => tokens.join('')),
        ),
        (text) => {
          expect(scanJson(text).fault === null).toBe(parses(text));
        },
      ),
      2000,
    );
  });

  test('says of any mutated JSON what JSON.parse says', () => {
    const edit = fc.record({
      at: fc.nat(),
      drop: fc.nat({ max: 2 }),
      put: fc.constantFrom('', '"', '{', ']', ',', ':', '1', '\\'),
    });
    checkProperty(
      fc.property(fc.json(), fc.array(edit, { maxLength: 2 }), (json, edits) => {
        const text = edits.reduce((before, { at, drop, put }) => {
          const place = at % (before.length + 1);
          return before.slice(0, place) + put + before.slice(place + drop);
        }, json);
        expect(scanJson(text).fault === null).toBe(parses(text));
      }),
      2000,
    );
  });

  test('needs no stack for nesting', () => {
    expect(scanJson('['.repeat(1_000_000) + ']'.repeat(1_000_000))).toMatchObject({ fault: null, depth: 1_000_000 });
    expect(scanJson('{"a":'.repeat(200_000))).toMatchObject({ fault: 1_000_000, depth: 200_000 });
  });
});
