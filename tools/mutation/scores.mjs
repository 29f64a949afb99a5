import { styleText } from 'node:util';

/** Statuses of Stryker's: what some spec noticed, and what none did. A mutant that breaks the loading counts for neither. */
const NOTICED = ['Killed', 'Timeout'];
const UNNOTICED = ['Survived', 'NoCoverage'];

export const isSurvivor = ({ status }) => UNNOTICED.includes(status);

/** Counts mutants; `score` is the percentage that some spec noticed, to two places. */
export function scoreOf(name, mutants, unexplained) {
  const count = (...statuses) => mutants.filter(({ status }) => statuses.includes(status)).length;
  const noticed = count(...NOTICED);
  const survived = count(...UNNOTICED);
  return {
    name,
    mutants: noticed + survived,
    killed: count('Killed'),
    'timed out': count('Timeout'),
    explained: survived - unexplained,
    unexplained,
    score: noticed + survived === 0 ? 100 : Math.floor((10_000 * noticed) / (noticed + survived)) / 100,
  };
}

const COLUMNS = ['mutants', 'killed', 'timed out', 'explained', 'unexplained', 'score'];

const cellsOf = (row) => [
  row.name,
  ...COLUMNS.map((column) => (column === 'score' ? `${row.score.toFixed(2)} %` : `${row[column]}`)),
];

/** Rows as text in columns, the last row apart. */
export function asText(rows) {
  const cells = [['file', ...COLUMNS], ...rows.map(cellsOf)];
  const widths = cells[0].map((_, at) => Math.max(...cells.map((row) => row[at].length)));
  const lines = cells.map((row) =>
    row.map((cell, at) => (at === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[at]))).join('  '),
  );
  const [head, ...body] = lines;
  const rule = '-'.repeat(head.length);
  return [styleText('bold', head), rule, ...body.slice(0, -1), rule, ...body.slice(-1)].join('\n');
}

/** Rows as a table of Markdown. */
export function asMarkdown(rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [
    line(['file', ...COLUMNS]),
    line(['---', ...COLUMNS.map(() => '--:')]),
    ...rows.map((row) => line(cellsOf(row))),
  ].join('\n');
}
