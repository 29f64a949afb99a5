/**
 * `npm run test:mutation [-- --only libs/mps/document/scan.ts] [--concurrency 2] [--write]`: changes the code of libs/tasks and
 * libs/mps in one place at a time and runs the library's specs against each change (a mutant).
 *
 * Passes if each mutant is noticed by a spec, or is explained in survivors.json, and if nothing is explained that a spec
 * notices by now. `--only` takes files or folders, several times; `--write` brings the figures in
 * docs/mutation-testing.md up to date after a run over everything. Pages to look at are left in .cache/mutation.
 *
 * Ends with 0, with 1 where something is unexplained or outdated or a score too low, with 2 if called wrongly.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { writeFigures } from './figures.mjs';
import { runStryker, WORKSHOP } from './run-stryker.mjs';
import { asText, isSurvivor, scoreOf } from './scores.mjs';
import { compareSurvivors, describeMutant } from './survivors.cjs';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const EXPLANATIONS = join(ROOT, 'tools/mutation/survivors.json');

/** The libraries that are mutated, and the score (%) below which a run over the whole of one fails. */
const LEAST_SCORES = { tasks: 98, mps: 97 };

const USAGE =
  'usage: npm run test:mutation [-- --only file or folder below libs/tasks or libs/mps]… [--concurrency N] [--write]';

class UsageError extends Error {}

function readArguments() {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', multiple: true, default: [] },
      concurrency: { type: 'string', default: String(Math.max(1, availableParallelism() - 1)) },
      write: { type: 'boolean', default: false },
    },
  });
  const concurrency = Number(values.concurrency);
  if (!Number.isInteger(concurrency) || concurrency < 1)
    throw new UsageError('--concurrency must be a whole number from 1');
  const jobs = Object.keys(LEAST_SCORES).map((library) => ({ library, files: filesOf(library, values.only) }));
  const unknown = values.only.filter((path) => !jobs.some(({ files }) => files.some((file) => isWithin(file, path))));
  if (unknown.length > 0) throw new UsageError(`nothing to mutate in ${unknown.join(', ')}`);
  if (values.write && values.only.length > 0) throw new UsageError('--write needs a run over everything');
  return {
    jobs: jobs.filter(({ files }) => files.length > 0),
    concurrency,
    partial: values.only.length > 0,
    write: values.write,
  };
}

const isWithin = (file, path) => file === path || file.startsWith(`${path.replace(/\/$/, '')}/`);

/** A library's own code: no specs and what is for specs, and no mere list of names. */
function filesOf(library, only) {
  return readdirSync(join(ROOT, 'libs', library))
    .filter((name) => name.endsWith('.ts') && !/\.spec\.ts$|^spec-|^index\.ts$/.test(name))
    .map((name) => `libs/${library}/${name}`)
    .filter((file) => only.length === 0 || only.some((path) => isWithin(file, path)))
    .sort();
}

/** Tests one library; answers its rows and what is wrong. */
async function testLibrary({ library, files }, { concurrency, partial }, explanations) {
  const began = performance.now();
  console.log(`\nlibs/${library}: ${files.length} files, first as they are, then with each mutant`);
  const results = await runStryker(library, files, { concurrency });
  const sources = new Map(files.map((file) => [file, readFileSync(join(ROOT, file), 'utf8')]));
  const mutants = results.map((result) => {
    const file = files.find((one) => result.fileName.endsWith(one));
    return { ...describeMutant(file, sources.get(file), result), status: result.status };
  });
  const { unexplained, outdated } = compareSurvivors(mutants.filter(isSurvivor), explanations, files);
  const rowOf = (name, of) => scoreOf(name, mutants.filter(of), unexplained.filter(of).length);
  const rows = files.map((file) => rowOf(file, (mutant) => mutant.file === file)).filter((row) => row.mutants > 0);
  const total = rowOf(`libs/${library}`, () => true);
  return {
    rows: [...rows, total],
    seconds: Math.round((performance.now() - began) / 1000),
    faults: [
      ...unexplained.map((mutant) => `no spec notices, and nothing explains:\n${shown(mutant)}`),
      ...outdated.map(
        (mutant) => `explained in survivors.json, and a spec notices it, or it is gone:\n${shown(mutant)}`,
      ),
      ...(!partial && total.score < LEAST_SCORES[library]
        ? [`libs/${library} scores less than ${LEAST_SCORES[library]} %`]
        : []),
    ],
  };
}

/** As survivors.json would have it. */
function shown({ file, line, from, to }) {
  return JSON.stringify({ file, line, from, to }, null, 2);
}

async function main() {
  const run = readArguments();
  const explanations = existsSync(EXPLANATIONS) ? JSON.parse(readFileSync(EXPLANATIONS, 'utf8')) : [];
  process.chdir(ROOT);
  const reports = [];
  for (const job of run.jobs) {
    const report = await testLibrary(job, run, explanations);
    console.log(`\n${asText(report.rows)}\n${report.seconds} s`);
    reports.push(report);
  }
  console.log(`\nEvery mutant, with the specs that noticed it: ${WORKSHOP}/*.html`);
  const faults = reports.flatMap((report) => report.faults);
  for (const fault of faults) console.log(`\n${fault}`);
  if (run.write) await writeFigures(reports, explanations);
  console.log(faults.length === 0 ? '\nevery mutant is noticed or explained' : `\nfailed: ${faults.length} faults`);
  process.exitCode = faults.length === 0 ? 0 : 1;
}

try {
  await main();
} catch (error) {
  const misused = error instanceof UsageError || String(error.code).startsWith('ERR_PARSE_ARGS');
  console.error(misused ? `${error.message}\n${USAGE}` : error);
  process.exitCode = misused ? 2 : 1;
}
