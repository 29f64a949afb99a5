import { CSV_TYPE, csvPage, csvRows } from '../http/csv';
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
    type: CSV_TYPE,
    header: (fields = LISTED_FIELDS) => csvRows([[...fields, 'next_cursor']]),
    textOf: (items, next, fields = LISTED_FIELDS) => csvPage(items, fields, next),
  },
};
