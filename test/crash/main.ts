/**
 * Does harm to the system under the simulator's load and verifies that nothing is lost, doubled or different:
 * `npm run test:crash -- [--fault NAME]… [--rounds N] [--seed S] [--json]`, or `-- --list`. With
 * `--report`, the rows of the faults named, or else of all, are written into the table of docs/reliability.md.
 *
 * Rounds take the seeds S, S+1, …; the same seed does the same harm, as far as moments can be the same. Progress on stderr,
 * results on stdout. Ends with 0 when all is well, 1 when the runner itself failed, 2 for arguments that are wrong, 3 when
 * the system did not do as it promises; then logs and data are kept, and it is said where.
 */
import { parseOptions, UsageError, type CrashOptions } from './options';
import { writeReport } from './report';
import { openFolders, runSeries, type SeriesResult } from './series';
import { tableOf } from './table';

const say = (line: string): void => void process.stderr.write(`${line}\n`);

async function main(args: readonly string[]): Promise<number> {
  const options = parseOptions(args);
  if (options.list) {
    for (const { name, what } of options.faults) process.stdout.write(`${name.padEnd(28)} ${what}\n`);
    return 0;
  }
  const results = await runAll(options);
  process.stdout.write(options.json ? `${JSON.stringify(results)}\n` : tableOf(results));
  return results.every(({ failures }) => failures.length === 0) ? 0 : 3;
}

async function runAll({ faults, rounds, seed, report }: CrashOptions): Promise<readonly SeriesResult[]> {
  const results: SeriesResult[] = [];
  for (const fault of faults) {
    const seeds = Array.from({ length: rounds ?? fault.seeds }, (_, number) => seed + number);
    say(`${fault.name}: ${seeds.length} rounds from seed ${seed}`);
    const result = await runSeries(fault, seeds, (line) => say(`  ${line}`));
    for (const failure of result.failures) say(`  NOT AS PROMISED: ${failure}`);
    for (const folder of result.kept) say(`  kept: ${folder}`);
    if (result.notProvoked !== null) say(`  not provoked: ${result.notProvoked}`);
    if (report) say(`  wrote its row into ${writeReport([result])}`);
    results.push(result);
  }
  return results;
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    for (const folder of openFolders) say(`interrupted; what was under way is left in ${folder}`);
    process.exit(1);
  });
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    say(error instanceof UsageError ? error.message : String(error instanceof Error ? error.stack : error));
    process.exit(error instanceof UsageError ? 2 : 1);
  },
);
