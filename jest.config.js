'use strict';

const { availableParallelism } = require('node:os');
const { projectsIn } = require('./tools/jest-projects.cjs');

module.exports = {
  projects: projectsIn(__dirname),
  // Specs wait for Postgres and for processes more than they compute; all share one Postgres.
  maxWorkers: Math.min(4, Math.max(2, availableParallelism())),
  reporters: ['default', '<rootDir>/tools/jest-results.cjs', '<rootDir>/tools/jest-kafka.cjs'],
};
