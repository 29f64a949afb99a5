'use strict';

/**
 * Loads the core specs of a library as a list of tests, by jest's own parts but without jest: to start jest takes longer
 * than most mutants live. Knows as much of it as the specs of pure libraries use: `describe`, `test`, `it`, their `each`,
 * `expect` and `jest.fn`.
 */
const { readdirSync, readFileSync, statSync } = require('node:fs');
const Module = require('node:module');
const { join, sep } = require('node:path');
const { transformSync } = require('@swc/core');
const fc = require('fast-check');
const { SWC_OPTIONS, libraryEntrance } = require('../swc-options.cjs');

const ROOT = join(__dirname, '../..');
const LIBRARIES = join(ROOT, 'libs') + sep;
const ALIAS = /^@mps-ledger\/([^/]+)$/;

const jestsOwn = Module.createRequire(require.resolve('jest'));
const { bind } = jestsOwn('jest-each');

/** That a property fails is enough to know; to look for its smallest counterexample would take minutes. */
fc.configureGlobal({ endOnFailure: true });

/** Teaches `require` TypeScript and the libraries' names, as jest and the build know them. */
function teachRequire() {
  const compiled = new Map();
  Module._extensions['.ts'] = (module, filename) => {
    if (!compiled.has(filename)) {
      compiled.set(filename, transformSync(readFileSync(filename, 'utf8'), { ...SWC_OPTIONS, filename }).code);
    }
    module._compile(compiled.get(filename), filename);
  };
  const resolve = Module._resolveFilename;
  Module._resolveFilename = (request, ...rest) => {
    const library = ALIAS.exec(request)?.[1];
    if (library === undefined) return resolve.call(Module, request, ...rest);
    return join(ROOT, libraryEntrance(library));
  };
}

/** The tests of a library's core specs, the short files first, as `{ name, run }`; all modules of the libraries are loaded again. */
function loadSpecs(library) {
  for (const file of Object.keys(require.cache)) {
    if (file.startsWith(LIBRARIES)) delete require.cache[file];
  }
  module.children.length = 0;
  const tests = [];
  const around = [];
  const describe = (title, define) => {
    around.push(title);
    define();
    around.pop();
  };
  const test = (title, run) => tests.push({ name: [...around, title].join(' '), run });
  describe.each = bind(describe, false);
  test.each = bind(test, false);
  Object.assign(globalThis, {
    ...{ describe, test, it: test, expect: jestsOwn('expect').expect },
    jest: { fn: (implementation) => jestsOwn('jest-mock').fn(implementation) },
  });
  for (const spec of specsOf(library)) require(spec);
  return tests;
}

/** The core specs of a library, in all its folders. */
function specsOf(library) {
  const folder = join(LIBRARIES, library);
  const names = readdirSync(folder, { recursive: true }).filter((name) => /(?<!\.int)\.spec\.ts$/.test(name));
  return names.map((name) => join(folder, name)).sort((a, b) => statSync(a).size - statSync(b).size);
}

module.exports = { loadSpecs, specsOf, teachRequire };
