import { checkAsyncProperty } from '@mps-ledger/spec-kit';
import * as fc from 'fast-check';
import { BEGINNING, isBlank, readLines, type InputLine, type LinePosition } from './lines';

async function* chunked(content: Buffer, sizes: readonly number[]): AsyncGenerator<Buffer> {
  let at = 0;
  for (let n = 0; at < content.length; n += 1) {
    const size = sizes[n % sizes.length] ?? 1;
    yield await Promise.resolve(content.subarray(at, at + size));
    at += size;
  }
}

async function linesOf(content: string | Buffer, sizes = [4], maxBytes = 100, from: LinePosition = BEGINNING) {
  const lines: InputLine[] = [];
  for await (const line of readLines(chunked(Buffer.from(content as string), sizes), { from, maxBytes }))
    lines.push(line);
  return lines;
}
const texts = (lines: readonly InputLine[]) => lines.map(({ bytes }) => bytes?.toString() ?? null);

describe('lines', () => {
  it.each([
    ['', []],
    ['\n', ['']],
    ['one', ['one']],
    ['one\n', ['one']],
    ['one\r\ntwo\r\n', ['one', 'two']],
    ['one\n\n\ntwo', ['one', '', '', 'two']],
    ['\ufeffone\n\ufefftwo', ['one', '\ufefftwo']],
    ['a\rb\u2028c\n', ['a\rb\u2028c']],
    ['\ufeff', ['']],
  ])('of %j are %j', async (content, expected) => {
    expect(texts(await linesOf(content, [1]))).toEqual(expected);
    expect(texts(await linesOf(content, [1_000]))).toEqual(expected);
  });

  it('are numbered, and know where they end, however the content is cut', async () => {
    const content = fc.array(fc.constantFrom('a', 'é', '\n', '\r\n', 'xyz'), { maxLength: 40 });
    await checkAsyncProperty(
      fc.asyncProperty(content, fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), async (parts, sizes) => {
        const bytes = Buffer.from(parts.join(''));
        const lines = await linesOf(bytes, sizes);
        expect(lines.map(({ number }) => number)).toEqual(lines.map((_, index) => index + 1));
        for (const { number, end } of lines) {
          const rest = await linesOf(bytes.subarray(end), sizes, 100, { line: number, offset: end });
          expect(rest).toEqual(lines.slice(number));
        }
        expect(lines.at(-1)?.end ?? 0).toBe(bytes.length);
      }),
      200,
    );
  });

  it('are not kept where they are too long, and the next one is read', async () => {
    const lines = await linesOf(`${'x'.repeat(1_000)}\n${'y'.repeat(10)}\r\n${'z'.repeat(11)}`, [7], 10);
    expect(texts(lines)).toEqual([null, 'y'.repeat(10), null]);
    expect(lines.map(({ length }) => length)).toEqual([1_000, 11, 11]);
  });
});

it.each([
  ['', true],
  [' \t\r', true],
  [' {}', false],
])('%j is blank: %j', (text, blank) => {
  expect(isBlank(Buffer.from(text))).toBe(blank);
});
