import { stringify } from 'csv-stringify/sync';

export const CSV_TYPE = 'text/csv; charset=utf-8; header=present';

/** Stands in the last row of a table for the cursor where nothing follows. */
export const THE_END = 'end';

/** Rows of a table. Spreadsheets take for a formula what begins with = + - @ or a control character: such a cell gets a ' in front. */
export function csvRows(rows: readonly (readonly unknown[])[]): string {
  return stringify([...rows] as unknown[][], {
    escape_formulas: true,
    record_delimiter: 'windows',
    cast: { boolean: String },
  });
}

/** A page as rows of these columns and of `next_cursor`: the last row says where the next page begins, or that it is the end. */
export function csvPage(items: readonly object[], columns: readonly string[], next: string | null): string {
  return csvRows(
    items.map((item, at) => {
      const values = { ...item, next_cursor: at === items.length - 1 ? (next ?? THE_END) : '' };
      return [...columns, 'next_cursor'].map((name) => (values as Readonly<Record<string, unknown>>)[name]);
    }),
  );
}
