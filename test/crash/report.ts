import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FAULTS } from './faults';
import { cellsOf } from './table';
import type { SeriesResult } from './series';

const FILE = 'docs/reliability.md';
const MARKERS = ['<!-- table of faults: begin -->', '<!-- table of faults: end -->'] as const;

/** Writes the table between the markers of docs/reliability.md; answers the file's path. */
export function writeReport(results: readonly SeriesResult[], now = new Date()): string {
  const path = join(process.cwd(), FILE);
  writeFileSync(path, withTable(readFileSync(path, 'utf8'), markdownOf(results, now)));
  return FILE;
}

/** The document with another table in it. Throws where the markers are missing. */
export function withTable(document: string, table: string): string {
  const [begin, end] = MARKERS;
  const [from, to] = [document.indexOf(begin), document.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${FILE} has no place for the table, between ${begin} and ${end}`);
  return `${document.slice(0, from)}${begin}\n\n${table}\n${document.slice(to)}`;
}

/** The table as Markdown, with when and how it was made. */
export function markdownOf(results: readonly SeriesResult[], now: Date): string {
  const headings = [
    'fault',
    'what is done',
    'runs',
    'seeds',
    'sends',
    'acknowledged',
    'kills',
    'lost',
    'doubled',
    'differing',
    'result',
  ];
  const what = new Map(FAULTS.map((fault) => [fault.name, fault.what]));
  const rows = results.map((result) => {
    const [name = '', ...rest] = cellsOf(result);
    return [`\`${name}\``, what.get(name) ?? '', ...rest];
  });
  const all = [headings, headings.map(() => '---'), ...rows];
  const minutes = Math.round(results.reduce((sum, { seconds }) => sum + seconds, 0) / 60);
  const made = `Made on ${now.toISOString().slice(0, 10)} by \`npm run test:crash -- --report\`, Node ${process.version}, ${process.platform}, in ${minutes} minutes.`;
  return `${made}\n\n${all.map((row) => `| ${row.join(' | ')} |`).join('\n')}\n`;
}
