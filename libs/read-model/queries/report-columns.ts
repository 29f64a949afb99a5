import type { ReportColumns } from '../sql/report-conditions';
import { cut, INDEXED_TEXT } from '../write/text';

/** Values of a filter as rows of sums have them. */
export function reportColumns(filter: Readonly<Record<string, readonly string[] | undefined>>): ReportColumns {
  return new Map(
    Object.entries(filter).flatMap(([column, given]) =>
      given === undefined ? [] : [[column, [...new Set(given.map((one) => cut(one, INDEXED_TEXT)))]] as const],
    ),
  );
}
