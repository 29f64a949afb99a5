import type { ReadModel } from '../read-model';
import type { ColumnTypes } from '../write/columns';

/** A table to read whole, in the order of an index. */
export interface Scan<Row extends object> {
  /** On a client: its transaction says of which moment the rows are. */
  readonly model: ReadModel;
  /** Its name in the projection's schema. */
  readonly table: string;
  readonly columns: ColumnTypes<Row>;
  /** Columns of the order: the first ones of an index, none of them null in what is read. */
  readonly order: readonly (keyof Row & string)[];
  /** Which rows, as SQL. */
  readonly where: string;
  /** Columns whose values may be large, all of them text. */
  readonly large: readonly (keyof Row & string)[];
}

const PAGE_ROWS = 1_000;
/** Bytes of large columns in a page; a single larger row comes alone. */
const PAGE_BYTES = 4 * 1024 * 1024;

/**
 * Yields rows in order, as the projector writes them: bytes as `\x` and hex, times as RFC 3339 in UTC with milliseconds
 * (with microseconds where they are not whole ones), integers as numbers. A page is bounded in rows and in bytes. The order
 * is that of the columns, then of the row's place in the table: rows that are there twice, which a key should have
 * forbidden, all come.
 */
export async function* scanRows<Row extends object>(scan: Scan<Row>): AsyncGenerator<Row> {
  const { model, columns } = scan;
  const text = statement(scan);
  const parse = rowParser(columns);
  let after: unknown[] | undefined;
  for (;;) {
    const page = after === undefined ? { text: text.first } : { text: text.next, values: after };
    const { rows } = await model.db.query<Record<string, unknown>>(page);
    const last = rows.at(-1);
    if (last === undefined) return;
    for (const row of rows) yield parse(row);
    after = [...scan.order.map((name) => last[name]), last['place']];
  }
}

function statement<Row extends object>({ model: { schema }, table, columns, order, where, large }: Scan<Row>) {
  const types = new Map<string, string>(Object.entries<string>({ ...columns }));
  const keys = order.map((name) => `"${name}"`).join(', ');
  const given = order.map((name, index) => `$${index + 1}::${types.get(name) ?? 'text'}`).join(', ');
  const sizes = large.map((name) => `coalesce(octet_length("${name}"), 0)`).join(' + ') || '0';
  const shown = [...types].map(([name, type]) => `${shownAs(name, type)} AS "${name}"`).join(', ');
  const page = (more: string): string => `
    SELECT ${shown}, place::text
    FROM (
      SELECT *, sum(${sizes}) OVER w AS bytes, row_number() OVER w AS number
      FROM (
        SELECT *, ctid AS place FROM ${schema}.${table}
        WHERE ${where} ${more} ORDER BY ${keys}, ctid LIMIT ${PAGE_ROWS}
      ) page
      WINDOW w AS (ORDER BY ${keys}, place)
    ) counted
    WHERE number = 1 OR bytes <= ${PAGE_BYTES}
    ORDER BY number`;
  return { first: page(''), next: page(`AND (${keys}, ctid) > (${given}, $${order.length + 1}::tid)`) };
}

/** What a column is selected as: a form that loses nothing and that JavaScript's driver leaves alone. */
function shownAs(name: string, type: string): string {
  if (type === 'timestamptz') return `to_char("${name}" AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
  if (type === 'bytea' || type === 'bigint') return `"${name}"::text`;
  return `"${name}"`;
}

function rowParser<Row extends object>(columns: ColumnTypes<Row>): (row: Record<string, unknown>) => Row {
  const types = Object.entries<string>({ ...columns });
  return (row) => {
    const parsed: Record<string, unknown> = {};
    for (const [name, type] of types) parsed[name] = parsedValue(row[name], type);
    return parsed as Row;
  };
}

function parsedValue(value: unknown, type: string): unknown {
  if (typeof value !== 'string') return value ?? null;
  if (type === 'bigint') return Number(value);
  if (type === 'timestamptz' && value.endsWith('000Z')) return `${value.slice(0, -4)}Z`;
  return value;
}
