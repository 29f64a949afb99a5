/**
 * A long run: the standalone program under a constant load with all hostilities of the simulator, sampled every five
 * seconds, and verified at the end.
 *
 *   npm run soak -- [--minutes 20] [--rate 100] [--connections 16] [--seed 1] [--out .cache/soak] [--json]
 *
 * Progress on stderr; the verdict on stdout (`--json`: one JSON object). Leaves `samples.ndjson` and `soak.svg` in the
 * folder. Ends with 0 where the run was flat and verified, 1 where it could not be run, 2 for a wrong argument, 3 where
 * something grew, was lost, or differs. Linux only.
 */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startStandalone, type Greeting, type Standalone } from '../standalone/process';
import { drawChart } from './chart';
import { loadUntil, type Load } from './load';
import { runTool } from './run-tool';
import { takeSample, type Sample } from './sample';
import { judge, type Verdict } from './verdict';

const SAMPLE_MS = 5_000;

type Count = 'minutes' | 'rate' | 'connections' | 'seed';

type Options = Readonly<Record<Count, number>> & { readonly out: string; readonly json: boolean };

function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '20' },
      rate: { type: 'string', default: '100' },
      connections: { type: 'string', default: '16' },
      seed: { type: 'string', default: '1' },
      out: { type: 'string', default: join('.cache', 'soak') },
      json: { type: 'boolean', default: false },
    },
  });
  const count = (name: Count): number => {
    const number = Number(values[name]);
    if (Number.isFinite(number) && number > 0) return number;
    throw new TypeError(`--${name} ${values[name]}: a number above 0 is needed`);
  };
  const counts = { minutes: count('minutes'), rate: count('rate'), connections: count('connections') };
  return { ...counts, seed: count('seed'), out: values.out, json: values.json };
}

interface Soaked {
  readonly verdict: Verdict;
  readonly load: Load;
  readonly verified: boolean;
}

async function soak(options: Options, folder: string, program: Standalone, data: string): Promise<Soaked> {
  const greeting = await program.greeting();
  const began = performance.now();
  const until = began + options.minutes * 60_000;
  const samples: Sample[] = [];
  const sampling = sampleUntil(until, program.pid, greeting, began, samples, options.minutes);
  const load = await loadUntil(until, { ...options, folder, greeting });
  await sampling;
  const svg = drawChart(title(options, load), samples);
  writeFileSync(join(options.out, 'samples.ndjson'), samples.map((sample) => `${JSON.stringify(sample)}\n`).join(''));
  writeFileSync(join(options.out, 'soak.svg'), svg);
  const files = load.rounds.flatMap(({ journal, truth }) => ['--journal', journal, '--truth', truth]);
  const verified = await runTool('apps/verifier/main.js', ['--wait', '120', ...files], { DATA_DIR: data });
  return { verdict: judge(samples), load, verified: verified === 0 };
}

async function sampleUntil(
  until: number,
  pid: number,
  { api }: Greeting,
  began: number,
  samples: Sample[],
  minutes: number,
): Promise<void> {
  for (let due = began + SAMPLE_MS; due < until; due += SAMPLE_MS) {
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())));
    const sample = await takeSample(pid, api, began);
    samples.push(sample);
    if (samples.length % 12 === 0) process.stderr.write(`${told(sample)} of ${minutes * 60} s\n`);
  }
}

function told({ seconds, programMib, postgresMib, handles, backends, lagSeconds }: Sample): string {
  const memory = `program ${programMib.toFixed(0)} MiB, Postgres ${postgresMib.toFixed(0)} MiB`;
  return `${memory}, ${handles} handles, ${backends} Postgres processes, lag ${lagSeconds ?? '?'} s after ${seconds.toFixed(0)}`;
}

function title({ minutes, rate, seed }: Options, { sends }: Load): string {
  return `${minutes} minutes at ${rate} notifications a second (${sends} acknowledged), all hostilities, seed ${seed}`;
}

function print({ json }: Options, { verdict, load, verified }: Soaked): void {
  const { flat, judged } = verdict;
  if (json) {
    process.stdout.write(`${JSON.stringify({ flat, verified, agreed: load.agreed, sends: load.sends, judged })}\n`);
    return;
  }
  for (const { name, unit, median, max, growth, allowed, flat: one } of judged) {
    const figures = [median, max, growth].map((figure) => figure.toFixed(1).padStart(8)).join('');
    process.stdout.write(`${name.padEnd(22)}${figures} of ${allowed.toFixed(1)} ${unit}  ${one ? 'flat' : 'GREW'}\n`);
  }
  process.stdout.write(
    `${load.sends} notifications acknowledged; answers ${load.agreed ? 'as they should be' : 'DIFFER'}; `,
  );
  process.stdout.write(`${verified ? 'verified' : 'NOT VERIFIED'}; ${flat ? 'flat' : 'NOT FLAT'}\n`);
}

async function main(): Promise<number> {
  const options = readOptions();
  mkdirSync(options.out, { recursive: true });
  const folder = mkdtempSync(join(tmpdir(), 'mps-ledger-soak-'));
  chmodSync(folder, 0o755);
  const data = join(folder, 'data');
  const program = startStandalone({ env: { DATA_DIR: data, LOG_LEVEL: 'warn' } });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      program.signal('SIGTERM');
      void program.ended.then(() => process.exit(1));
    });
  }
  try {
    const soaked = await soak(options, folder, program, data);
    print(options, soaked);
    return soaked.verdict.flat && soaked.verified && soaked.load.agreed ? 0 : 3;
  } finally {
    program.signal('SIGTERM');
    await program.ended;
    rmSync(folder, { recursive: true, force: true });
  }
}

main().then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = error instanceof TypeError ? 2 : 1;
  },
);
