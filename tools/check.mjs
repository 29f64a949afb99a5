/**
 * `npm run check`: format, lint, types, boundaries and core specs, in well under a minute.
 *
 * The steps run side by side, as many as there are processors (at most four), the longest first. What a step printed is
 * shown when it failed. Files that passed lint and format before are left out while nothing that matters to them has
 * changed, but not in CI. Ends with 0 if all passed, else with 1; the last line says which failed. Properties are checked on
 * a tenth of the cases that `npm test` takes, unless FC_RUNS says otherwise.
 */
import { spawn } from 'node:child_process';
import { appendFileSync, mkdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..');

/** What is said of a file's form depends on its text alone, so a file that passed needs no second look. */
const FORMAT_MEMORY = ['--cache', '--cache-strategy', 'content', '--cache-location', '.cache/prettier'];

/**
 * New objects get more room before they are collected: the compiler and jest make many, and most die young. And less is
 * inlined than V8 would: these programs run for seconds, and compiling them that far costs a seventh of the processor
 * time of lint and format, and never pays.
 */
const V8_OPTIONS = ['--max-semi-space-size=64', '--max-inlined-bytecode-size-cumulative=300'];

/** Name, program, arguments. */
const STEPS = [
  ['specs', 'node_modules/jest/bin/jest.js', ['--selectProjects', 'core', '--maxWorkers', '2']],
  ['lint and types', 'tools/lint.mjs', []],
  [
    'format',
    'node_modules/prettier/bin/prettier.cjs',
    ['--check', '--log-level', 'warn', ...(process.env.CI ? [] : FORMAT_MEMORY), '.'],
  ],
  ['boundaries', 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs', ['.']],
  ['types of the core', 'node_modules/typescript/bin/tsc', ['-p', 'tsconfig.core.json']],
];

const seconds = (since) => `${((performance.now() - since) / 1000).toFixed(1)} s`;

/** Runs one step; answers its name if it failed. */
function runStep([name, program, args]) {
  const began = performance.now();
  return new Promise((done) => {
    const step = spawn(process.execPath, [...V8_OPTIONS, join(ROOT, program), ...args], {
      cwd: ROOT,
      env: { FC_RUNS: '100', ...process.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const output = [];
    step.stdout.on('data', (chunk) => output.push(chunk));
    step.stderr.on('data', (chunk) => output.push(chunk));
    step.on('close', (code, signal) => {
      const passed = code === 0;
      console.log(`${passed ? 'passed' : 'FAILED'}  ${name} (${seconds(began)})`);
      if (!passed) console.log(`${Buffer.concat(output).toString('utf8').trimEnd() || `ended by ${signal ?? code}`}\n`);
      done(passed ? undefined : name);
    });
  });
}

async function runAll(steps, atOnce) {
  const waiting = [...steps];
  const failed = [];
  const work = async () => {
    for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) {
      const failure = await runStep(step);
      if (failure !== undefined) failed.push(failure);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return failed;
}

/** Leaves how many steps failed, beside jest's own counts; the specs have left theirs. */
function leaveCounts(failed) {
  const folder = process.env.TEST_RESULTS_DIR;
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  const counts = { passed: 0, failed: failed.filter((name) => name !== 'specs').length };
  appendFileSync(join(folder, `check-${process.pid}.json`), JSON.stringify(counts));
}

const began = performance.now();
const failed = await runAll(STEPS, Math.min(4, Math.max(2, availableParallelism())));
leaveCounts(failed);
console.log(
  failed.length === 0 ? `all passed (${seconds(began)})` : `failed: ${failed.join(', ')} (${seconds(began)})`,
);
process.exitCode = failed.length === 0 ? 0 : 1;
