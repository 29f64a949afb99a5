/**
 * Injects faults into the system under the simulator's load, and verifies that nothing is lost, duplicated or changed:
 * `npm run test:crash -- [--log postgres|kafka] [--fault NAME|PREFIX*]… [--rounds N] [--seed S] [--at-once N] [--keep]
 * [--json]`, or `-- --list`, or `-- --short` for one round of each fault that CI runs. With `--report`, the rows of the given faults (default: all) are written to the log's
 * table in docs/reliability.md. With `--log kafka` and no `--fault`, all faults are run, with the number of rounds of the table.
 *
 * Rounds use the seeds S, S+1, …; the same seed injects the same fault, as far as timing can be reproduced. Progress on stderr,
 * results on stdout. Exit codes: 0 success, 1 the runner itself failed, 2 invalid arguments, 3 the system broke a promise; then logs
 * and data are kept, and their folder is printed.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { kafkaProgram, NoKafka } from '@mps-ledger/testing';
import type { Fault } from './fault';
import { openFolders } from './folders';
import { parseOptions, UsageError, type CrashOptions } from './options';
import { writeReport } from './report';
import { runSeries, type SeriesResult } from './series';
import { tableOf } from './table';
import { closeSharedServices } from './targets/services';

const say = (line: string): void => void process.stderr.write(`${line}\n`);

async function main(args: readonly string[]): Promise<number> {
  const options = parseOptions(args);
  if (options.list) {
    for (const { name, what } of options.faults) process.stdout.write(`${name.padEnd(36)} ${what}\n`);
    return 0;
  }
  // Before anything is made that would be left behind.
  if (options.faults.some(({ log }) => log === 'kafka')) await kafkaProgram(say);
  const results = await runAll(options);
  leaveCounts(results, process.env['TEST_RESULTS_DIR'] ?? '');
  process.stdout.write(options.json ? `${JSON.stringify(results)}\n` : tableOf(results));
  return results.every(({ failures }) => failures.length === 0) ? 0 : 3;
}

/** The results are in the order of the faults. */
async function runAll(options: CrashOptions): Promise<readonly SeriesResult[]> {
  const results: SeriesResult[] = [];
  const left = [...options.faults.entries()];
  const work = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift())
      results[next[0]] = await runOne(next[1], options);
  };
  try {
    await Promise.all(Array.from({ length: options.atOnce }, work));
  } finally {
    await closeSharedServices();
  }
  return results;
}

async function runOne(fault: Fault, { rounds, seed, report, keep }: CrashOptions): Promise<SeriesResult> {
  const { name } = fault;
  const seeds = Array.from({ length: rounds ?? fault.seeds }, (_, number) => seed + number);
  say(`${name}: ${seeds.length} rounds from seed ${seed}`);
  const result = await runSeries(fault, seeds, { keep, say: (line) => say(`  ${line}`) });
  for (const failure of result.failures) say(`  ${name} NOT AS PROMISED: ${failure}`);
  for (const folder of result.kept) say(`  ${name} kept: ${folder}`);
  if (result.notProvoked !== null) say(`  ${name} not provoked: ${result.notProvoked}`);
  if (report) say(`  wrote the row of ${name} into ${writeReport(result)}`);
  return result;
}

/** Writes results for `.ci/run`, which adds up all files in this folder. A fault counts once, independent of its rounds. */
function leaveCounts(results: readonly SeriesResult[], folder: string): void {
  if (folder === '') return;
  mkdirSync(folder, { recursive: true });
  const failed = results.filter(({ failures }) => failures.length > 0).length;
  const passed = results.filter(({ failures, notProvoked }) => failures.length === 0 && notProvoked === null).length;
  writeFileSync(join(folder, `crash-${process.pid}.json`), JSON.stringify({ passed, failed }));
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
    const isPlain = error instanceof UsageError || error instanceof NoKafka;
    say(isPlain ? error.message : String(error instanceof Error ? error.stack : error));
    process.exit(error instanceof UsageError ? 2 : 1);
  },
);
