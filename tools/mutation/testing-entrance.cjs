'use strict';

const { join } = require('node:path');

/** What the specs of pure libraries need of libs/testing. */
const PARTS = ['check-property.ts', 'task-events.ts'];

module.exports = Object.assign({}, ...PARTS.map((part) => require(join(__dirname, '../../libs/testing', part))));
