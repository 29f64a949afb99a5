import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Fault, LogName } from './fault';
import { faultsOn } from './faults';
import { cellsOf, HEADINGS, measuredIn } from './table';
import type { SeriesResult } from './series';

const FILE = 'docs/reliability.md';
/** Markers around the table of each log. */
const MARKS: Readonly<Record<LogName, readonly [string, string]>> = {
  postgres: ['<!-- table of faults: begin -->', '<!-- table of faults: end -->'],
  kafka: ['<!-- table of faults on Kafka: begin -->', '<!-- table of faults on Kafka: end -->'],
};

/** On Kafka, the table includes measurements. */
const MEASURED: Readonly<Record<LogName, readonly string[]>> = { postgres: [], kafka: ['measured'] };

/** Writes the row of this result to its log's table in docs/reliability.md; returns the file's path. */
export function writeReport(result: SeriesResult, now = new Date()): string {
  const path = join(process.cwd(), FILE);
  const { log, fault } = result;
  const row = new Map([[fault, rowOf(result, now)]]);
  writeFileSync(path, withRows(readFileSync(path, 'utf8'), log, row, faultsOn(log)));
  return FILE;
}

/** The names of the faults that have a row in the document's table of a log, in its order. */
export function faultsIn(document: string, log: LogName): readonly string[] {
  return [...rowsIn(document, log).keys()];
}

/**
 * The document with these rows (by fault) in the table of a log. Other rows are kept; rows of faults that do not exist are removed. The
 * order is that of the faults. Throws if the document has no table.
 */
export function withRows(
  document: string,
  log: LogName,
  rows: ReadonlyMap<string, string>,
  faults: readonly Pick<Fault, 'name'>[],
): string {
  const known = rowsIn(document, log);
  const all = faults.flatMap(({ name }) => rows.get(name) ?? known.get(name) ?? []);
  const headings = ['fault', 'what is done', ...HEADINGS.slice(1), ...MEASURED[log], 'date', 'again by'];
  const head = [headings, headings.map(() => '---')].map(lineOf);
  const [from, to] = placeIn(document, log);
  return `${document.slice(0, from)}\n\n${[...head, ...all].join('\n')}\n\n${document.slice(to)}`;
}

function rowsIn(document: string, log: LogName): ReadonlyMap<string, string> {
  const [from, to] = placeIn(document, log);
  const rows = [...document.slice(from, to).matchAll(/^\| `([^`]+)`.*$/gm)];
  return new Map(rows.map(([row, name = '']) => [name, row]));
}

function placeIn(document: string, log: LogName): readonly [number, number] {
  const [beginning, ending] = MARKS[log];
  const [begin, end] = [document.indexOf(beginning), document.indexOf(ending)];
  if (begin < 0 || end < begin)
    throw new Error(`${FILE} has no place for the table, between ${beginning} and ${ending}`);
  return [begin + beginning.length, end];
}

function rowOf(result: SeriesResult, now: Date): string {
  const { log, seeds } = result;
  const [name = '', ...counts] = cellsOf(result);
  const what = faultsOn(log).find((fault) => fault.name === name)?.what ?? '';
  const where = log === 'postgres' ? '' : ` --log ${log}`;
  const again = `npm run test:crash --${where} --fault ${name} --rounds ${seeds.length} --seed ${seeds[0] ?? 0}`;
  const measured = MEASURED[log].map(() => measuredIn(result.figures));
  return lineOf([`\`${name}\``, what, ...counts, ...measured, now.toISOString().slice(0, 10), `\`${again}\``]);
}

const lineOf = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
