import { join } from 'node:path';
import { Stryker } from '@stryker-mutator/core';

/** The folder of Stryker's files and reports, below the root; ignored by git and by all checks. */
export const WORKSHOP = '.cache/mutation';

/** The parts of the tree that are copied: the libraries, the fixtures and the configuration of the specs. */
const LEFT_OUT = ['/.*', '/apps', '/bench', '/dist', '/docs', '/examples', '/coverage', '/test/*', '!/test/fixtures'];

/** Time, in addition to that of its specs, after which a mutant counts as an endless loop. */
const PATIENCE_MS = 10_000;

/**
 * Mutates files of one library and runs the library's specs against each mutant; answers what became of each. A page and
 * the same as JSON are left in the workshop.
 *
 * @param library its folder below libs
 * @param files to mutate, relative to the root
 */
export async function runStryker(library, files, { concurrency }) {
  Object.assign(process.env, { FC_RUNS: '30', FC_SEED: '42', ...process.env, MUTATED_LIBRARY: library });
  const stryker = new Stryker({
    mutate: files,
    testRunner: 'specs',
    plugins: [join(import.meta.dirname, 'spec-runner.mjs')],
    coverageAnalysis: 'perTest',
    concurrency,
    timeoutMS: PATIENCE_MS,
    timeoutFactor: 2,
    dryRunTimeoutMinutes: 10,
    disableTypeChecks: false,
    tempDirName: join(WORKSHOP, 'sandbox'),
    cleanTempDir: 'always',
    ignorePatterns: LEFT_OUT,
    reporters: [process.stdout.isTTY ? 'progress' : 'progress-append-only', 'html', 'json'],
    htmlReporter: { fileName: join(WORKSHOP, `${library}.html`) },
    jsonReporter: { fileName: join(WORKSHOP, `${library}.json`) },
    logLevel: 'warn',
    warnings: { slow: false },
  });
  return stryker.runMutationTest();
}
