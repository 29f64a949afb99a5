import type { ColumnTypes } from '../write/columns';

/** Characters of one text that is handed to the connection at once, about. */
const TEXT_CHARACTERS = 256 * 1024;

/** What parts rows and values of COPY, and what escapes them. */
const ESCAPED = /[\\\n\r\t\b\f\v]/;
const ALL_ESCAPED = /[\\\n\r\t\b\f\v]/g;
const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\b': '\\b',
  '\f': '\\f',
  '\v': '\\v',
};

type Value = string | number | boolean | null;

/** Rows in the text format of COPY: the same values in each, and then the columns of the row. */
export function* copyTexts<Row extends object>(
  columns: ColumnTypes<Row>,
  rows: Iterable<Row>,
  same: readonly (string | number)[],
): Generator<string, undefined> {
  const names = Object.keys(columns);
  const begin = same.map((value) => `${textOf(value)}\t`).join('');
  let text = '';
  for (const row of rows) {
    text += begin;
    let separator = '';
    for (const name of names) {
      text += separator + textOf((row as Readonly<Record<string, Value>>)[name] ?? null);
      separator = '\t';
    }
    text += '\n';
    if (text.length < TEXT_CHARACTERS) continue;
    yield text;
    text = '';
  }
  if (text !== '') yield text;
  return undefined;
}

function textOf(value: Value): string {
  if (typeof value !== 'string') return value === null ? '\\N' : String(value);
  return ESCAPED.test(value) ? value.replace(ALL_ESCAPED, (character) => ESCAPES[character] ?? character) : value;
}
