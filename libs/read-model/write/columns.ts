/**
 * Rows as parameters of one statement: for each column one text, which SQL takes apart.
 *
 * Of the ways to hand over a batch this one costs both sides least (per history row, driver and Postgres together: 18 µs;
 * JSON taken apart by json_to_recordset 27 µs, array parameters 27 µs, of which 10 µs are the driver's escaping). It rests
 * on what rows promise: no text in them has control characters, so that two of those can part the values.
 */

/** Parts the values of a column; ends each of them. */
const SEPARATOR = '\x1e';
/** Stands for null. */
const NULL = '\x1f';

/** The SQL type of each column, by name: a column for each member of a row, and none besides. */
export type ColumnTypes<Row> = { readonly [Column in keyof Row]-?: string };

type Value = string | number | boolean | null;

/** The columns' names, quoted, as a list. */
export function columnNames(columns: ColumnTypes<object>): string {
  return Object.keys(columns)
    .map((name) => `"${name}"`)
    .join(', ');
}

/** What an upsert sets of a row that is there: every column but those that never change. */
export function updates<Row>(columns: ColumnTypes<Row>, fixed: readonly (keyof Row)[]): string {
  const changing = Object.keys(columns).filter((name) => !(fixed as readonly string[]).includes(name));
  return changing.map((name) => `"${name}" = excluded."${name}"`).join(', ');
}

/**
 * A relation `r` of the rows that `columnTexts` made texts of, for a FROM clause; `first` is the number of the parameter
 * that has the first column's text. The first column must not be null in any row.
 */
export function rowsFrom(columns: ColumnTypes<object>, first: number): string {
  const [key = ''] = Object.keys(columns);
  const arrays = Object.values<string>({ ...columns }).map(
    (type, place) => `string_to_array($${first + place}::text, E'\\x1e', E'\\x1f')::${type}[]`,
  );
  // Each text ends with a null, as a single empty text would else be no row at all.
  return `(SELECT * FROM unnest(${arrays.join(', ')}) r (${columnNames(columns)}) WHERE "${key}" IS NOT NULL) r`;
}

/**
 * One text per column.
 * @throws RangeError where a value has a character that parts values: none may, or values would land in other rows.
 */
export function columnTexts<Row extends object>(columns: ColumnTypes<Row>, rows: readonly Row[]): string[] {
  return Object.keys(columns).map((name) => {
    const values = rows.map((row) => (row as Readonly<Record<string, Value>>)[name] ?? NULL);
    values.push(NULL);
    const text = values.join(SEPARATOR);
    if (separatorsIn(text) !== rows.length) throw new RangeError(`a value of ${name} has a control character`);
    return text;
  });
}

function separatorsIn(text: string): number {
  let count = 0;
  for (let at = text.indexOf(SEPARATOR); at >= 0; at = text.indexOf(SEPARATOR, at + 1)) count += 1;
  return count;
}
