/**
 * Settings of `npm run test:mutation`, see docs/mutation-testing.md. The variable LIBRARY names the library that is mutated,
 * and whose core specs are run: `tasks` or `mps`.
 */
const { LIBRARY = 'tasks' } = process.env;

/** The same cases of each property for every mutant; the workers and jest inherit them. */
Object.assign(process.env, { LIBRARY, FC_RUNS: '30', FC_SEED: '42', ...process.env });

const workshop = `.cache/mutation/${LIBRARY}`;

export default {
  mutate: [`libs/${LIBRARY}/**/*.ts`, '!**/*.spec.ts', '!**/testing/**', '!**/index.ts'],
  testRunner: 'jest',
  plugins: ['@stryker-mutator/jest-runner'],
  jest: { configFile: 'tools/mutation/jest.config.cjs' },
  coverageAnalysis: 'perTest',
  timeoutMS: 10_000,
  timeoutFactor: 2,
  disableTypeChecks: false,
  ignorePatterns: ['/.*', '/apps', '/bench', '/dist', '/examples', '/test/*', '!/test/fixtures'],
  tempDirName: `${workshop}/sandbox`,
  incremental: true,
  incrementalFile: `${workshop}/incremental.json`,
  reporters: [process.stdout.isTTY ? 'progress' : 'progress-append-only', 'clear-text', 'html', 'json'],
  htmlReporter: { fileName: `${workshop}/report.html` },
  jsonReporter: { fileName: `${workshop}/report.json` },
  thresholds: { high: 100, low: 98, break: LIBRARY === 'tasks' ? 98 : 97 },
  warnings: { slow: false },
};
