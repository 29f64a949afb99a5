import { copyTexts } from './copy-texts';

interface Row {
  readonly a: string | null;
  readonly b: number | null;
  readonly c: boolean;
}
const COLUMNS = { a: 'text', b: 'bigint', c: 'boolean' } as const;
const textOf = (rows: readonly Row[], same: readonly (string | number)[] = []): string =>
  [...copyTexts<Row>(COLUMNS, rows, same)].join('');

describe('rows for COPY', () => {
  it('have a line each, with the values that are the same in all of them first', () => {
    const rows = [
      { a: 'x', b: 1, c: true },
      { a: null, b: null, c: false },
    ];
    expect(textOf(rows, ['topic\\', 3])).toBe('topic\\\\\t3\tx\t1\ttrue\ntopic\\\\\t3\t\\N\t\\N\tfalse\n');
  });

  it('escape what would part values or rows, or look like null', () => {
    expect(textOf([{ a: '\\N', b: 1, c: true }])).toBe('\\\\N\t1\ttrue\n');
    expect(textOf([{ a: '\\xff {"a":\t"\\n"}\r\n\b\f\v.', b: 1, c: true }])).toBe(
      '\\\\xff {"a":\\t"\\\\n"}\\r\\n\\b\\f\\v.\t1\ttrue\n',
    );
  });

  it('are no text where there are no rows, and several texts where there are many', () => {
    expect([...copyTexts<Row>(COLUMNS, [], [1])]).toEqual([]);
    const long = { a: 'y'.repeat(200_000), b: 1, c: true };
    expect([...copyTexts<Row>(COLUMNS, [long, long, long], [])].map((text) => text.split('\n').length - 1)).toEqual([
      2, 1,
    ]);
  });
});
