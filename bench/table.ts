import type { Result } from './results';

/** A figure with about three digits that mean something: `12,345`, `345`, `34.5`, `3.45`. */
export function figure(value: number | null): string {
  if (value === null) return '–';
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en-US');
  return value.toFixed(Math.abs(value) >= 10 ? 1 : 2);
}

const HEAD = [
  'contestant',
  'median',
  'from – to',
  'CPU µs: own',
  'Postgres',
  'broker',
  'peak MB',
  'ours/it',
  'from – to',
];

/** The results of one bench as lines of text, a block for each case. */
export function tableOf(about: string, results: readonly Result[]): string {
  const blocks = groupedByCase(results).map((block) => {
    const [first] = block;
    const title = [first?.case, first?.unit, first?.better === 'less' ? 'less is better' : '']
      .filter((part) => part !== undefined && part !== '')
      .join(', ');
    return [`  ${title}`, ...aligned([HEAD, ...block.map(rowOf)])].join('\n');
  });
  const isExtrapolated = results.some(({ extrapolated }) => extrapolated);
  const foot = isExtrapolated ? ['  ~ stopped by the time limit: the rate of what was done until then'] : [];
  const name = results[0]?.bench ?? '';
  return [`${name}: ${about}; ${results[0]?.notification ?? ''}`, ...blocks, ...faultsIn(results), ...foot].join('\n');
}

/** Who is disqualified and why, naming the cases where it is not in all. */
function faultsIn(results: readonly Result[]): readonly string[] {
  const cases = new Map<string, Set<string>>();
  for (const { contestant, disqualified, case: of } of results) {
    const words = disqualified === null ? null : `${contestant}\n${disqualified}`;
    if (words !== null) cases.set(words, (cases.get(words) ?? new Set()).add(of));
  }
  const all = new Set(results.map(({ case: of }) => of)).size;
  return [...cases].map(([words, of]) => {
    const [contestant, reason] = words.split('\n');
    const where = of.size === all ? '' : ` (${[...of].join(', ')})`;
    return `  ${contestant} is disqualified${where}: ${reason}`;
  });
}

/** Results of the same case and unit together, in the order in which the cases come. */
export function groupedByCase(results: readonly Result[]): readonly (readonly Result[])[] {
  const groups = new Map<string, Result[]>();
  for (const result of results) {
    const key = `${result.case}\n${result.unit}`;
    groups.set(key, [...(groups.get(key) ?? []), result]);
  }
  return [...groups.values()];
}

function rowOf(result: Result): readonly string[] {
  const { median, min, max, cpu_us: cpu, extrapolated, contestant } = result;
  const isOurs = contestant === 'ours';
  return [
    contestant,
    `${extrapolated ? '~' : ''}${figure(median)}`,
    range(min, max),
    figure(cpu?.program ?? null),
    figure(cpu?.postgres ?? null),
    figure(cpu?.broker ?? null),
    figure(result.peak_rss_mb),
    isOurs ? '' : figure(result.ratio_of_ours),
    isOurs ? '' : range(result.ratio_min, result.ratio_max),
  ];
}

const range = (min: number | null, max: number | null): string =>
  min === null ? '' : `${figure(min)} – ${figure(max)}`;

/** The first column to the left, all others to the right. */
function aligned(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
      .trimEnd()
      .replace(/^/, '    '),
  );
}
