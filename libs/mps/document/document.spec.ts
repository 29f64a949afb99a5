import { DOCUMENT_LIMITS, readDocument } from './document';
import { bytesOf } from '../testing/notification';

const read = (body: unknown) => readDocument(bytesOf(body));
const nested = (levels: number): string => `{"a":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`;

describe('a document', () => {
  test.each([
    ['nothing', '', 'not-json', 'not JSON: it ends too early, at character 0'],
    ['half a body', '{"a":', 'not-json', 'not JSON: it ends too early, at character 5'],
    ['text', 'hello', 'not-json', 'not JSON at character 0'],
    ['two objects', '{} {}', 'not-json', 'not JSON at character 3'],
    ['an array', '[{}]', 'not-an-object', 'JSON, but not an object, at character 0'],
    ['null', 'null', 'not-an-object', 'JSON, but not an object, at character 0'],
    ['a number', '1e400', 'not-an-object', 'JSON, but not an object, at character 0'],
    ['a string', '"{}"', 'not-an-object', 'JSON, but not an object, at character 0'],
    [
      'a too deep array',
      '['.repeat(20_000) + ']'.repeat(20_000),
      'not-an-object',
      'JSON, but not an object, at character 0',
    ],
    ['too deep and unfinished', '{"a":'.repeat(20_000), 'not-json', 'not JSON: it ends too early, at character 100000'],
  ])('is refused if it is %s', (_, body, code, detail) => {
    expect(read(body)).toEqual({ ok: false, code, detail });
  });

  test.each([
    [[0x7b, 0x7d, 0xff], 2],
    [[0x7b, 0x22, 0xc3, 0x22, 0x3a, 0x31, 0x7d], 2],
    [[0x22, 0xc3, 0xa9, 0xed, 0xa0, 0x80, 0x22], 3],
    [[0x22, 0xc0, 0x80, 0x22], 1],
    [[0x22, 0xf4, 0x90, 0x80, 0x80, 0x22], 1],
    [[0xef, 0xbb, 0xbf, 0x7b, 0x7d, 0x80], 5],
    [[0x80, 0x7b, 0x7d], 0],
    // What a lenient reader puts in its place begins with the very bytes that are cut off.
    [[0x7b, 0xef, 0xbf], 3],
  ])('is refused if it is not UTF-8: %j', (bytes, at) => {
    const detail = `not UTF-8 at byte ${at}`;
    expect(readDocument(Uint8Array.from(bytes))).toEqual({ ok: false, code: 'not-utf8', detail });
  });

  test('may begin with a byte order mark, once', () => {
    expect(read('\ufeff{"a":1}')).toMatchObject({ ok: true, root: { a: 1 } });
    expect(read('\ufeff\ufeff{"a":1}')).toMatchObject({ ok: false, code: 'not-json' });
  });

  test('takes the last of equal keys', () => {
    expect(read('{"a":1,"b":2,"a":3}')).toMatchObject({ ok: true, root: { a: 3, b: 2 } });
  });

  test('keeps __proto__ as a member like any other', () => {
    const document = read('{"__proto__":{"a":1}}');
    expect(document.ok && Object.hasOwn(document.root, '__proto__')).toBe(true);
    expect(document.ok && Object.getPrototypeOf(document.root)).toBe(Object.prototype);
  });

  test('is read to 64 levels and outlined beyond', () => {
    expect(DOCUMENT_LIMITS).toEqual({ depth: 64, members: 1_000_000 });
    expect(read(nested(64))).toMatchObject({ ok: true, exceeded: undefined });
    const outline = { a: [[[[[null]]]]] };
    expect(read(nested(65))).toEqual({ ok: true, exceeded: 'too-deep', root: outline });
    expect(read(nested(20_000))).toEqual({ ok: true, exceeded: 'too-deep', root: outline });
  });

  test('is read to 1,000,000 members and outlined beyond', () => {
    const wide = (members: number): string => `{"T":"t","a":[[[[{"b":[${'0,'.repeat(members - 8)}0]}]]]]}`;
    expect(read(wide(1_000_000))).toMatchObject({ ok: true, exceeded: undefined });
    expect(read(wide(1_000_001))).toEqual({
      ...{ ok: true, exceeded: 'too-many-members', root: { T: 't', a: [[[[{ b: null }]]]] } },
    });
  });
});
