'use strict';

const { availableParallelism } = require('node:os');
const { projectsIn } = require('./tools/jest-projects.cjs');

module.exports = {
  // A bound for what hangs, not for what is slow: the machine may be busy. Jest heeds it here only, not in a project.
  testTimeout: 60_000,
  projects: projectsIn(__dirname),
  // Specs wait for Postgres and for processes more than they compute; all share one Postgres.
  maxWorkers: Math.min(4, Math.max(2, availableParallelism())),
  reporters: [
    'default',
    '<rootDir>/tools/jest-results.cjs',
    '<rootDir>/tools/jest-kafka.cjs',
    ['<rootDir>/tools/jest-skipped.cjs', { on: 'PgBouncer', files: '.pgbouncer.', missing: 'TEST_PGBOUNCER_MISSING' }],
    ['<rootDir>/tools/jest-skipped.cjs', { on: 'Python', files: '.python.', missing: 'TEST_PYTHON_MISSING' }],
    ['<rootDir>/tools/jest-skipped.cjs', { on: 'Chromium', files: '.browser.', missing: 'TEST_CHROMIUM_MISSING' }],
    ['<rootDir>/tools/jest-skipped.cjs', { on: 'curl', files: 'feeds/clients.', missing: 'TEST_CURL_MISSING' }],
  ],
};
