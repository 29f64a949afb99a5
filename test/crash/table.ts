import type { Figure } from './fault';
import type { SeriesResult } from './series';

/** Headings of the columns that every table of results has. */
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

/** The measurements by name, with median and maximum; a dash if there are none. */
export function measuredIn(figures: readonly Figure[]): string {
  const names = [...new Set(figures.map(({ name }) => name))];
  const each = names.map((name) => {
    const some = figures.filter((one) => one.name === name).sort((one, other) => one.value - other.value);
    const [middle, most] = [some[Math.floor((some.length - 1) / 2)], some.at(-1)];
    const ofMany = some.length === 1 ? '' : ` in the median of ${some.length}, ${inWords(most)} at most`;
    return `${name}: ${inWords(middle)}${ofMany}`;
  });
  return each.length === 0 ? '–' : each.join('; ');
}

const inWords = (figure: Figure | undefined): string => `${figure?.value ?? 0} ${figure?.unit ?? ''}`;

function span(seeds: readonly number[]): string {
  const [first, last] = [seeds[0], seeds.at(-1)];
  return first === last ? `${first}` : `${first}–${last}`;
}

/** The table for a terminal, with aligned columns. */
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
