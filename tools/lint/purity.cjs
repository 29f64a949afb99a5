'use strict';

/**
 * What the pure libraries (tasks, mps, records) must not do: decisions are synchronous and total, and depend on nothing but
 * their arguments, so that a replay gives the same bytes. Each entry has a fixture in test/architecture/fixtures/lint
 * that it must reject. libs/tasks is moreover compiled without the types of Node (tsconfig.core.json).
 */

const PURE_LIBRARIES = ['tasks', 'mps', 'records'];

const io = 'The core does no I/O: take what you need as an argument.';
const clock = 'The core has no clock: times come from the record.';
const locale = 'The answer depends on the machine: write the format out.';

/** Names of the surroundings. */
const FORBIDDEN_GLOBALS = [
  ...['console', 'fetch', 'process', 'WebSocket', 'EventSource', 'BroadcastChannel', 'MessageChannel'].map((name) => ({
    name,
    message: io,
  })),
  ...['global', 'globalThis'].map((name) => ({ name, message: 'The core does not reach around its arguments.' })),
  ...['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'performance'].map((name) => ({
    name,
    message: clock,
  })),
  { name: 'crypto', message: 'The core has no random: ids come from the record.' },
  { name: 'require', message: 'Import by name, so that the boundaries can be checked.' },
  { name: 'Intl', message: locale },
];

/** Turns of phrase, as selectors of the syntax tree. */
const FORBIDDEN_SYNTAX = [
  { selector: "MemberExpression[object.name='Date'][property.name='now']", message: clock },
  { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: `${clock} (new Date())` },
  { selector: "CallExpression[callee.name='Date']", message: `${clock} (Date())` },
  {
    selector: "MemberExpression[object.name='Math'][property.name='random']",
    message: 'The core has no random.',
  },
  {
    selector: 'MemberExpression[object.name=/^(Date|Math|Reflect)$/][computed=true]',
    message: 'Name the member of Date or Math, so that it can be checked.',
  },
  {
    selector: 'VariableDeclarator[init.name=/^(Date|Math)$/]',
    message: 'Name the member of Date or Math where it is used, so that it can be checked.',
  },
  {
    selector: "NewExpression[callee.name='Date'][arguments.length>1]",
    message: `${locale} (local time: use Date.UTC)`,
  },
  {
    selector:
      'MemberExpression[property.name=/^[gs]et(FullYear|Month|Date|Day|Hours|Minutes|Seconds|Milliseconds|TimezoneOffset)$/]',
    message: `${locale} (local time: use getUTC…)`,
  },
  { selector: 'MemberExpression[property.name=/^(toLocale\\w+|localeCompare)$/]', message: `${locale} (locale)` },
  { selector: 'ThrowStatement', message: 'The core is total: an odd input is answered by a value, not a throw.' },
  { selector: ':function[async=true]', message: 'The core is synchronous: no async function.' },
  { selector: 'Identifier[name=/^Promise(Like)?$/]', message: 'The core is synchronous: no Promise.' },
  { selector: 'ImportExpression', message: 'Import statically, so that the boundaries can be checked.' },
  {
    selector: ":matches(Program, ExportNamedDeclaration) > VariableDeclaration[kind!='const']",
    message: 'The core keeps no state between calls: no variable of the module.',
  },
];

module.exports = { PURE_LIBRARIES, FORBIDDEN_GLOBALS, FORBIDDEN_SYNTAX };
