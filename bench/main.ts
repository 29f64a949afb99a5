/**
 * `npm run bench -- [name…] [--rounds 5] [--events 300000] [--json FILE] [--data FOLDER] [--quick]`: ours and what people would use instead,
 * side by side on this machine. Progress on stderr, the table on stdout, a chart per bench in docs/bench. Ends with 0; 1
 * where ours failed or did not do its work whole (a rate that it cannot keep up with is a result); 2 where the arguments are
 * wrong. See README.md.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readArguments, UsageError, type Arguments } from './arguments';
import { BENCHES } from './benches';
import { drawChart } from './chart';
import type { Bench } from './contract';
import { machine, versions } from './machine';
import type { Surroundings } from './quiet';
import { resultsOf, type Result } from './results';
import { play, type Played } from './rounds';
import { openStage, type OpenStage } from './stage';
import { groupedByCase, tableOf } from './table';

const CHARTS = join('docs', 'bench');

const tell = (line: string): void => void process.stderr.write(`${line}\n`);

async function main(): Promise<void> {
  const args = readArguments(process.argv.slice(2), BENCHES);
  const began = performance.now();
  const stage = await openStage(args, tell);
  const results: Result[] = [];
  const around: Record<string, readonly Surroundings[]> = {};
  const leftOut: Record<string, Played['leftOut']> = {};
  let oursFailed = false;
  try {
    for (const bench of args.benches) {
      const played = await play(bench, stage);
      const ofBench = resultsOf(bench, played.turns);
      around[bench.name] = played.around;
      leftOut[bench.name] = played.leftOut;
      oursFailed ||= played.turns.some(({ contestant, fault }) => contestant === 'ours' && fault !== null);
      results.push(...ofBench);
      process.stdout.write(`${tableOf(bench.about, ofBench)}\n${absentIn(played)}${noiseIn(played)}\n`);
      writeChart(bench, args, ofBench);
    }
    if (args.json !== null) writeFileSync(args.json, await jsonOf({ args, stage, results, around, leftOut }));
  } finally {
    await stage.close();
  }
  tell(`done in ${((performance.now() - began) / 60_000).toFixed(1)} minutes`);
  if (oursFailed) process.exitCode = 1;
}

function absentIn({ leftOut }: Played): string {
  return Object.entries(leftOut)
    .map(([contestant, reason]) => `  ${contestant} is left out: ${reason}\n`)
    .join('');
}

function noiseIn({ around }: Played): string {
  const noisy = around.filter(({ quiet }) => !quiet).length;
  return noisy === 0 ? '' : `  The machine was not quiet before ${noisy} of ${around.length} rounds.\n`;
}

function writeChart(bench: Bench, { rounds, events }: Arguments, results: readonly Result[]): void {
  mkdirSync(CHARTS, { recursive: true });
  const subtitle = `${bench.notification}; median (from – to) of ${rounds} rounds, ${events.toLocaleString('en-US')} events each`;
  writeFileSync(
    join(CHARTS, `${bench.name}.svg`),
    drawChart(`${bench.name}: ${bench.about}`, subtitle, compared(bench, results)),
  );
}

/** Of a bench with anchors, the cases that some anchor has as well: the table has the others. */
function compared({ contestants }: Bench, results: readonly Result[]): readonly Result[] {
  if (contestants.length === 1) return results;
  return groupedByCase(results)
    .filter((block) => block.length > 1)
    .flat();
}

interface Run {
  readonly args: Arguments;
  readonly stage: OpenStage;
  readonly results: readonly Result[];
  readonly around: Readonly<Record<string, readonly Surroundings[]>>;
  /** By bench: who had no turns, and what was missing. */
  readonly leftOut: Readonly<Record<string, Played['leftOut']>>;
}

async function jsonOf({ args, stage, results, around, leftOut }: Run): Promise<string> {
  const { rounds, events, quick } = args;
  const run = {
    ...{ date: new Date().toISOString(), machine: machine(), versions: await versions(stage.postgresVersion) },
    ...{ options: { rounds, events, quick }, around, left_out: leftOut, results },
  };
  return `${JSON.stringify(run, null, 2)}\n`;
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

main().catch((error: unknown) => {
  const isUsage = error instanceof UsageError;
  process.stderr.write(
    `${isUsage ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  process.exit(isUsage ? 2 : 1);
});
