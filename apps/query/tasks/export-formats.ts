import { stringify } from 'csv-stringify/sync';
import { LISTED_FIELDS } from './task-schemas';

export type ExportFormat = 'ndjson' | 'csv';

interface Format {
  /** Content type. */
  readonly type: string;
  /** Before the first item. */
  readonly header: (fields: readonly string[] | undefined) => string;
  /** The items of a page; the last of them says where the next page begins (`next_cursor`). */
  readonly textOf: (items: readonly object[], next: string | null, fields: readonly string[] | undefined) => string;
}

/** What stands in the last row of a table for the cursor. */
const THE_END = 'end';

const columnsOf = (fields: readonly string[] = LISTED_FIELDS): readonly string[] => [...fields, 'next_cursor'];

function csvRows(rows: readonly (readonly unknown[])[]): string {
  return stringify([...rows] as unknown[][], {
    // Spreadsheets take for a formula what begins with = + - @ or a control character: such a cell gets a ' in front.
    escape_formulas: true,
    record_delimiter: 'windows',
    cast: { boolean: String },
  });
}

/** How an export is written. */
export const EXPORT_FORMATS: Readonly<Record<ExportFormat, Format>> = {
  ndjson: {
    type: 'application/x-ndjson; charset=utf-8',
    header: () => '',
    textOf: (items, next) =>
      items
        .map((item, at) => `${JSON.stringify(at === items.length - 1 ? { ...item, next_cursor: next } : item)}\n`)
        .join(''),
  },
  csv: {
    type: 'text/csv; charset=utf-8; header=present',
    header: (fields) => csvRows([columnsOf(fields)]),
    textOf: (items, next, fields) =>
      csvRows(
        items.map((item, at) => {
          const values = { ...item, next_cursor: at === items.length - 1 ? (next ?? THE_END) : '' };
          return columnsOf(fields).map((name) => (values as Readonly<Record<string, unknown>>)[name]);
        }),
      ),
  },
};
