import * as fc from 'fast-check';

import { checkProperty } from '@mps-ledger/spec-kit';

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

  test.each([
    ...['0', '-0', '7', '10', '-12', '120.5', '0.0', '-0.50', '1e5', '1E5', '1e+5', '1e-05', '1.25e10', '-0.1E-2'],
    ...['1234567890', '100', '0e0', '5e10', 'true', 'false', 'null'],
  ])('takes %s for a value', (text) => {
    expect(parses(text)).toBe(true);
    expect(scanJson(text)).toEqual({ fault: null, depth: 0, members: 0 });
    expect(scanJson(`[${text},{"a":${text}}]`)).toEqual({ fault: null, depth: 2, members: 3 });
  });

  test.each([
    ...([
      ['01', 1],
      ['00', 1],
      ['-01', 2],
      ['1.', 1],
      ['1.e5', 1],
      ['.1', 0],
      ['1.5.', 3],
      ['1.5e', 3],
    ] as const),
    ...([
      ['1e', 1],
      ['1E', 1],
      ['1e+', 1],
      ['1e-x', 1],
      ['1e5.5', 3],
      ['--1', 0],
      ['+1', 0],
      ['-', 0],
    ] as const),
    ...([
      ['- 1', 0],
      ['-x', 0],
      ['0x1', 1],
      ['1_0', 1],
      ['1a', 1],
      ['e5', 0],
      ['12 3', 3],
      ['1-2', 1],
    ] as const),
    ...([
      ['tru', 0],
      ['truex', 4],
      ['True', 0],
      ['nul', 0],
      ['nulll', 4],
      ['falsee', 5],
      ['NaN', 0],
    ] as const),
  ])('finds that %s is no value at %i', (text, fault) => {
    expect(parses(text)).toBe(false);
    expect(scanJson(text).fault).toBe(fault);
  });

  test.each(['"', '\\', '/', 'b', 'f', 'n', 'r', 't', 'u0041', 'uABCD', 'uabcd', 'u0000', 'ud800'])(
    'takes \\%s for one character',
    (escape) => {
      const text = `"a\\${escape}b"`;
      expect(parses(text)).toBe(true);
      expect(scanJson(text).fault).toBeNull();
      expect(scanJson(`{${text}:${text},"c":1}`)).toEqual({ fault: null, depth: 1, members: 2 });
    },
  );

  test.each([
    ...([
      ['a', 2],
      ['0', 2],
      ['U0041', 2],
      ["'", 2],
      ['\n', 2],
    ] as const),
    ...([
      ['u', 4],
      ['u1', 4],
      ['u12', 4],
      ['u123', 4],
      ['u123g', 4],
      ['u 123', 4],
      ['u-123', 4],
    ] as const),
  ])('finds that \\%s is no character at %i', (escape, fault) => {
    expect(parses(`"a\\${escape}"`)).toBe(false);
    expect(scanJson(`"a\\${escape}"`).fault).toBe(fault);
  });

  test('finds the end of a text inside an escape', () => {
    for (const [text, fault] of [
      ['"\\', 1],
      ['"a\\u', 4],
      ['"a\\u12', 4],
    ] as const) {
      expect(scanJson(text).fault).toBe(fault);
    }
  });

  test('takes every character but control characters as it is, inside a string', () => {
    for (let code = 0; code <= 0x100; code += 1) {
      const text = `"${String.fromCharCode(code)}"`;
      expect([code, scanJson(text).fault === null]).toEqual([code, parses(text)]);
      if (code < 0x20) expect([code, scanJson(text).fault]).toEqual([code, 1]);
    }
  });

  test('takes four characters for white space, between any two tokens, and no others', () => {
    const tokens = ['', '{', '"a"', ':', '[', '1', ',', 'true', ']', ',', '"b"', ':', '{', '}', '}', ''];
    const others = ['\u0000', '\b', '\v', '\f', '\u001f', '!', '\u007f', '\u0085', '\u00a0', '\u2028', '\ufeff'];
    for (const space of [' ', '\t', '\r', '\n', ...others]) {
      for (let place = 1; place < tokens.length; place += 1) {
        const text = [...tokens.slice(0, place), space, space, ...tokens.slice(place)].join('');
        const fault = others.includes(space) ? tokens.slice(0, place).join('').length : null;
        expect([text, scanJson(text).fault]).toEqual([text, fault]);
        expect([text, parses(text)]).toEqual([text, fault === null]);
      }
    }
  });

  test('finds every place where two tokens may not meet', () => {
    const tokens = ['{', '}', '[', ']', ',', ':', '1', '"a"'];
    let begun = [''];
    for (let length = 1; length <= 7; length += 1) {
      const texts = begun.flatMap((text) => tokens.map((token) => text + token));
      expect(texts.filter((text) => (scanJson(text).fault === null) !== parses(text))).toEqual([]);
      begun = texts.filter((text) => [null, text.length].includes(scanJson(text).fault));
    }
    expect(begun.length).toBeGreaterThan(100);
    expect(begun).toContain('{"a":[1]}');
  });

  test('agrees with JSON.parse on any text', () => {
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

  test('agrees with JSON.parse on any mutated JSON', () => {
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
