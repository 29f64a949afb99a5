/**
 * `node tools/lint.mjs`: the types of the whole tree, as `tsc -p tsconfig.json` checks them, and ESLint over it, as `npm run
 * lint`, but for files that passed before and of which nothing that matters has changed since (`lint/lint-keys.cjs` says
 * what matters). With CI set, every file is linted. Both look at one program: its types are worked out once.
 *
 * Ends with 0 if there is nothing to say, else with 1 after saying it. What passed is kept in .cache.
 */
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join, posix, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ESLint } from 'eslint';
import keys from './lint/lint-keys.cjs';
import { readProgram, typeFaults } from './lint/types.mjs';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const MEMORY = join(ROOT, '.cache', 'lint.json');
const LINTED = /\.(ts|[cm]?js)$/;

/** Every file that ESLint would find below a folder, relative to the root, with `/`. */
async function linted(eslint, folder = '') {
  const found = [];
  for (const entry of readdirSync(join(ROOT, folder), { withFileTypes: true })) {
    const path = posix.join(folder, entry.name);
    const isFolder = entry.isDirectory();
    if (entry.name === '.git' || (!isFolder && !LINTED.test(path))) continue;
    // A folder is asked after as whatever might lie in it.
    if (await eslint.isPathIgnored(join(ROOT, path, isFolder ? 'any.ts' : ''))) continue;
    found.push(...(isFolder ? await linted(eslint, path) : [path]));
  }
  return found;
}

/** Keys of files that passed; none in CI, where nothing old is believed. */
function remembered() {
  if (process.env.CI) return {};
  try {
    return JSON.parse(readFileSync(MEMORY, 'utf8'));
  } catch {
    return {};
  }
}

function remember(passed) {
  mkdirSync(dirname(MEMORY), { recursive: true });
  writeFileSync(`${MEMORY}.${process.pid}`, JSON.stringify(passed));
  renameSync(`${MEMORY}.${process.pid}`, MEMORY);
}

const builder = readProgram(ROOT);
const ofTypes = typeFaults(builder, ROOT);
if (ofTypes !== '') console.log(ofTypes);

const parserOptions = { projectService: false, programs: [builder.getProgram()] };
const eslint = new ESLint({
  cwd: ROOT,
  overrideConfig: [{ files: ['**/*.ts'], languageOptions: { parserOptions } }],
});
const files = await linted(eslint);
const keyOf = keys.lintKeys(ROOT, files);
const before = remembered();
const due = files.filter((file) => before[file] !== keyOf.get(file));
const results = due.length === 0 ? [] : await eslint.lintFiles(due.map((file) => join(ROOT, file)));
const faulty = results.filter(({ messages }) => messages.length > 0);
const faultyFiles = new Set(faulty.map(({ filePath }) => relative(ROOT, filePath).split(sep).join('/')));
remember(Object.fromEntries([...keyOf].filter(([file]) => !faultyFiles.has(file))));
if (faulty.length > 0) console.log(await (await eslint.loadFormatter('stylish')).format(faulty));
console.log(`${due.length} of ${files.length} files linted, ${faulty.length} with faults`);
process.exitCode = faulty.length > 0 || ofTypes !== '' ? 1 : 0;
