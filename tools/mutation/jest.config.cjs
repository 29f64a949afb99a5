'use strict';

const { join } = require('node:path');
const { projectsIn } = require('../jest-projects.cjs');

const root = join(__dirname, '../..');
const core = projectsIn(root).find(({ displayName }) => displayName === 'core');

/** The core specs of one library. */
module.exports = {
  ...core,
  roots: [join(root, 'libs', process.env.LIBRARY)],
  setupFiles: [join(__dirname, 'end-on-failure.cjs')],
};
