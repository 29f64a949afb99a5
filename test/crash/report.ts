import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Fault } from './fault';
import { FAULTS } from './faults';
import { cellsOf, HEADINGS } from './table';
import type { SeriesResult } from './series';

const FILE = 'docs/reliability.md';
const BEGIN = '<!-- table of faults: begin -->';
const END = '<!-- table of faults: end -->';

/** Writes the rows of these results into the table of docs/reliability.md; answers the file's path. */
export function writeReport(results: readonly SeriesResult[], now = new Date()): string {
  const path = join(process.cwd(), FILE);
  const rows = results.map((result) => [result.fault, rowOf(result, now)] as const);
  writeFileSync(path, withRows(readFileSync(path, 'utf8'), new Map(rows), FAULTS));
  return FILE;
}

/** The names of the faults that have a row in the document's table, in its order. */
export function faultsIn(document: string): readonly string[] {
  return [...rowsIn(document).keys()];
}

/**
 * The document with these rows, by fault, in its table: other rows stay as they are, rows of faults that are no more go. The
 * order is that of the faults. Throws where the document has no place for a table.
 */
export function withRows(
  document: string,
  rows: ReadonlyMap<string, string>,
  faults: readonly Pick<Fault, 'name'>[],
): string {
  const known = rowsIn(document);
  const all = faults.flatMap(({ name }) => rows.get(name) ?? known.get(name) ?? []);
  const headings = ['fault', 'what is done', ...HEADINGS.slice(1), 'date', 'again by'];
  const head = [headings, headings.map(() => '---')].map(lineOf);
  const [from, to] = placeIn(document);
  return `${document.slice(0, from)}\n\n${[...head, ...all].join('\n')}\n\n${document.slice(to)}`;
}

function rowsIn(document: string): ReadonlyMap<string, string> {
  const [from, to] = placeIn(document);
  const rows = [...document.slice(from, to).matchAll(/^\| `([^`]+)`.*$/gm)];
  return new Map(rows.map(([row, name = '']) => [name, row]));
}

function placeIn(document: string): readonly [number, number] {
  const [begin, end] = [document.indexOf(BEGIN), document.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`${FILE} has no place for the table, between ${BEGIN} and ${END}`);
  return [begin + BEGIN.length, end];
}

function rowOf(result: SeriesResult, now: Date): string {
  const [name = '', ...counts] = cellsOf(result);
  const what = FAULTS.find((fault) => fault.name === name)?.what ?? '';
  const again = `npm run test:crash -- --fault ${name} --rounds ${result.seeds.length} --seed ${result.seeds[0] ?? 0}`;
  return lineOf([`\`${name}\``, what, ...counts, now.toISOString().slice(0, 10), `\`${again}\``]);
}

const lineOf = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
