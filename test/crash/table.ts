import type { SeriesResult } from './series';

/** Of the columns that every table of results has. */
export const HEADINGS = [
  'fault',
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

/** The cells of one fault's line, in the order of the headings. */
export function cellsOf(result: SeriesResult): readonly string[] {
  const { fault, runs, seeds, sends, acknowledged, kills, lost, doubled, differing, failures } = result;
  const counts = [runs, span(seeds), sends, acknowledged, kills, lost, doubled, differing];
  return [fault, ...counts.map((count) => `${count ?? (failures.length === 0 ? '–' : '?')}`), verdictOf(result)];
}

function verdictOf({ notProvoked, failures }: SeriesResult): string {
  if (notProvoked !== null) return 'not provoked';
  return failures.length === 0 ? 'as promised' : 'NOT AS PROMISED';
}

function span(seeds: readonly number[]): string {
  const [first, last] = [seeds[0], seeds.at(-1)];
  return first === last ? `${first}` : `${first}–${last}`;
}

/** For a terminal: columns of the same width. */
export function tableOf(results: readonly SeriesResult[]): string {
  const rows = [HEADINGS, ...results.map(cellsOf)];
  const widths = HEADINGS.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}
