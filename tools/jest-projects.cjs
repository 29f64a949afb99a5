'use strict';

const { existsSync } = require('node:fs');
const { join } = require('node:path');
const { SWC_OPTIONS, libraryEntrance } = require('./swc-options.cjs');

/** Packages that come as ES modules only: jest's own loader cannot require them as Node can, so they are compiled. */
const ESM_PACKAGES = ['@nestjs', 'cookie', 'file-type', 'typebox', 'uuid'];

/** Starts the Postgres that specs run on, unless TEST_DATABASE_URL names one, and stops it. */
const DATABASE = {
  globalSetup: join(__dirname, '../libs/testing/jest/global-setup.ts'),
  globalTeardown: join(__dirname, '../libs/testing/jest/global-teardown.ts'),
};

/** The same, and the broker that specs run on, unless KAFKA_BROKERS names some. */
const DATABASE_AND_BROKER = {
  globalSetup: join(__dirname, '../libs/testing/jest/kafka-setup.ts'),
  globalTeardown: join(__dirname, '../libs/testing/jest/kafka-teardown.ts'),
};

/** A package is loaded when it is first used: most specs use few of those that what they import imports. */
const LAZY = { ...SWC_OPTIONS, module: { type: 'commonjs', lazy: true } };

/**
 * The kinds of specs below a folder, each a project of jest (`jest --selectProjects core`):
 * - `core`: given these, then those; needs nothing.
 * - `int`: on a real Postgres.
 * - `kafka`: on a real broker, those of test/ on a real Postgres as well; skipped where there is no Java
 *   (tools/jest-kafka.cjs says so).
 * - `browser`: the page in Chromium, over the programs as a user runs them; skipped where there is none.
 * - `system`: the programs as a user runs them, from dist/.
 * - `guards`: the rules of the architecture; needs nothing.
 */
function projectsIn(rootDir) {
  const shared = {
    rootDir,
    roots: ['apps', 'libs', 'bench', 'test', 'tools'].map((name) => join(rootDir, name)).filter(existsSync),
    testEnvironment: 'node',
    moduleNameMapper: {
      '^@mps-ledger/([^/]+)$': `<rootDir>/${libraryEntrance('$1')}`,
      // A file of ours that is imported when it is needed is named as it is once built.
      '^(\\./[a-z-]+)\\.js$': '$1',
    },
    transform: { '^.+\\.[cm]?[tj]s$': [require.resolve('@swc/jest'), LAZY] },
    transformIgnorePatterns: [`/node_modules/(?!(${ESM_PACKAGES.join('|')})/)`],
  };
  return [
    {
      ...shared,
      displayName: 'core',
      testMatch: ['<rootDir>/{libs,apps,bench}/**/!(*.int|*.kafka).spec.ts', '<rootDir>/test/bad-input/*/*.spec.ts'],
    },
    { ...shared, ...DATABASE, displayName: 'int', testMatch: ['<rootDir>/{libs,apps}/**/*.int.spec.ts'] },
    {
      ...shared,
      ...DATABASE_AND_BROKER,
      displayName: 'kafka',
      testMatch: ['{libs,apps}/**', 'test', 'test/!(architecture)/**'].map(
        (place) => `<rootDir>/${place}/*.kafka.spec.ts`,
      ),
    },
    { ...shared, ...DATABASE, displayName: 'browser', testMatch: ['<rootDir>/test/page/*.browser.spec.ts'] },
    {
      ...shared,
      ...DATABASE,
      displayName: 'system',
      testMatch: ['', '!(architecture|bad-input)/**/', 'bad-input/'].map(
        (place) => `<rootDir>/test/${place}!(*.kafka|*.browser).spec.ts`,
      ),
    },
    { ...shared, displayName: 'guards', testMatch: ['<rootDir>/test/architecture/*.spec.ts'] },
  ];
}

module.exports = { projectsIn };
