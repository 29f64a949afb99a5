'use strict';

const { createHash } = require('node:crypto');
const { existsSync, readdirSync, readFileSync, statSync } = require('node:fs');
const { join, posix } = require('node:path');

/** Whatever is in these may change what any file is told. */
const CONCERNS_ALL = ['package-lock.json', 'package.json', 'eslint.config.mjs'];
const CONCERNS_ALL_TOO = /^(tsconfig[^/]*\.json|tools\/lint\/[^/]*\.[cm]js)$|\.d\.[cm]?ts$/;
/** A file that adds to the types of others without being imported by them. */
const ADDS_TYPES = /\bdeclare\s+(global|module)\b/;
const IMPORTED = /(?:\bfrom|\bimport|\brequire)\s*\(?\s*['"]([^'"\n]+)['"]/g;

const sha256 = (text) => createHash('sha256').update(text).digest('hex');

/**
 * For each file a key that changes whenever what ESLint says of it could: with the file, with any file it imports,
 * directly or not (typed rules read their types), with Node, and with what concerns all: settings, rules, installed packages and
 * declarations that need no import. What these texts do not name (a path put together at run time) has no types.
 *
 * @param {string} root folder of the tree
 * @param {readonly string[]} files relative to it, with `/`
 * @returns {Map<string, string>} by file
 */
function lintKeys(root, files) {
  const tree = readTree(root, files);
  const common = commonKey(root, files, tree);
  return new Map(files.map((file) => [file, keyOf(file, tree, common)]));
}

function keyOf(file, tree, common) {
  const reached = new Set([file]);
  for (const one of reached) for (const imported of tree(one).imports) reached.add(imported);
  return sha256([common, ...[...reached].sort().map((one) => `${one} ${tree(one).hash}`)].join('\n'));
}

/** Reads files once, when asked for: the hash of the text, and what it imports (an import that leads nowhere is itself). */
function readTree(root) {
  const known = new Map();
  return (file) => {
    let found = known.get(file);
    if (found === undefined) {
      const text = isFile(join(root, file)) ? readFileSync(join(root, file), 'utf8') : '';
      const imports = [...text.matchAll(IMPORTED)].flatMap(([, name]) => resolved(root, file, name));
      found = { hash: sha256(text), imports, addsTypes: ADDS_TYPES.test(text) };
      known.set(file, found);
    }
    return found;
  };
}

function resolved(root, file, name) {
  const library = /^@mps-ledger\/([^/]+)$/.exec(name);
  if (library !== null) return [`libs/${library[1]}/index.ts`];
  if (!name.startsWith('.')) return [];
  const path = posix.join(posix.dirname(file), name);
  const source = path.replace(/\.([cm]?)js$/, '.$1ts');
  const places = [
    path,
    source,
    `${path}.ts`,
    `${path}/index.ts`,
    `${path}.js`,
    `${path}.cjs`,
    `${path}.mjs`,
    `${path}.json`,
  ];
  return [places.find((place) => isFile(join(root, place))) ?? path];
}

const isFile = (path) => statSync(path, { throwIfNoEntry: false })?.isFile() === true;

function commonKey(root, files, tree) {
  const atRoot = existsSync(root) ? readdirSync(root) : [];
  const concerning = [...CONCERNS_ALL, ...atRoot, ...files].filter(
    (file) =>
      CONCERNS_ALL.includes(file) || CONCERNS_ALL_TOO.test(file) || (files.includes(file) && tree(file).addsTypes),
  );
  const all = [...new Set(concerning)].sort().map((file) => `${file} ${tree(file).hash}`);
  return sha256([process.version, ...all].join('\n'));
}

module.exports = { lintKeys };
