/**
 * Builds the tree: `node tools/build.mjs [--root folder] [--quiet]`.
 *
 * Every TypeScript file of apps, libs, test, bench and examples (but no specs) becomes a CommonJS file with a source map
 * in the same place under dist/; files that programs read at run time (JSON, SQL) are copied. The page is built by
 * tools/build-page.mjs. Types are not checked here: `npm run typecheck` does.
 *
 * Incremental by content: a file is compiled when its text, or this program, or the compiler's version changed. Whatever
 * else lies in dist is removed. Nothing is written when nothing changed, so that a built tree can be started by a user who
 * may not write to it. Two builds at once are harmless: each output is renamed into its place when it is whole.
 *
 * Ends with 0, or with 1 after naming every file that could not be built.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, posix, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { buildPage, PAGE } from './build-page.mjs';
import compiler from './swc-options.cjs';

const PROGRAM = fileURLToPath(import.meta.url);
const load = createRequire(PROGRAM);
const ROOTS = ['apps', 'libs', 'test', 'bench', 'examples'];
const COMPILED = /(?<!\.d)\.ts$/;
const COPIED = /\.(json|sql|html|css|js|svg|txt)$/;
const LEFT_OUT_FILES = /\.spec\.ts$|(^|\/)tsconfig[^/]*\.json$/;
const LEFT_OUT_FOLDERS = new Set(['node_modules', 'fixtures', 'architecture']);
const MANIFEST = 'manifest.json';
const PARTIAL = /\.\d+\.partial$/;
const PARTIAL_IS_STALE_MS = 60_000;

const { values } = parseArgs({ options: { root: { type: 'string' }, quiet: { type: 'boolean', default: false } } });
const root = resolve(values.root ?? join(dirname(PROGRAM), '..'));
const dist = join(root, 'dist');

/** The files below a folder, as paths with `/` relative to it. */
function filesBelow(folder, leftOut = new Set(), prefix = '') {
  if (!existsSync(join(folder, prefix))) return [];
  return readdirSync(join(folder, prefix), { withFileTypes: true }).flatMap((entry) => {
    const path = posix.join(prefix, entry.name);
    if (entry.isDirectory()) return leftOut.has(entry.name) ? [] : filesBelow(folder, leftOut, path);
    return entry.isFile() ? [path] : [];
  });
}

const sha256 = (...texts) => texts.reduce((hash, text) => hash.update(text), createHash('sha256')).digest('hex');

function compilerVersion() {
  try {
    return JSON.parse(readFileSync(load.resolve('@swc/core/package.json'), 'utf8')).version;
  } catch {
    throw new Error('the compiler (@swc/core) is not installed: run `npm ci` first');
  }
}

function readManifest() {
  try {
    return JSON.parse(readFileSync(join(dist, MANIFEST), 'utf8'));
  } catch {
    return { key: '', sources: {} };
  }
}

function outputsOf(source) {
  if (!COMPILED.test(source)) return [source];
  const script = source.replace(COMPILED, '.js');
  return [script, `${script}.map`];
}

function write(output, content) {
  const path = join(dist, output);
  mkdirSync(dirname(path), { recursive: true });
  const partial = `${path}.${process.pid}.partial`;
  writeFileSync(partial, content);
  renameSync(partial, path);
}

/**
 * `@mps-ledger/tasks` → `../../libs/tasks/index`, as seen from the file that asks for it. Works on the compiler's output,
 * where every import has become `require("…")`.
 */
function resolveAliases(code, source) {
  return code.replace(/\brequire\("@mps-ledger\/([^"]+)"\)/g, (_, library) => {
    const entrance = compiler.libraryEntrance(library);
    if (!existsSync(join(root, entrance))) {
      throw new Error(`imports @mps-ledger/${library}, but there is no ${entrance}`);
    }
    const path = posix.relative(posix.dirname(source), entrance.replace(COMPILED, ''));
    return `require("${path.startsWith('.') ? path : `./${path}`}")`;
  });
}

async function compile(swc, source, text) {
  const [script, map] = outputsOf(source);
  const fromDist = relative(dirname(join(dist, source)), join(root, source))
    .split(sep)
    .join('/');
  const compiled = await swc.transform(text, {
    ...compiler.SWC_OPTIONS,
    sourceMaps: true,
    filename: join(root, source),
    sourceFileName: fromDist,
  });
  const code = resolveAliases(compiled.code, source);
  write(script, `${code}\n//# sourceMappingURL=${posix.basename(map)}\n`);
  write(map, compiled.map);
}

/** Removes what no source stands behind; partial files only when their build must be dead. */
function removeStrays(expected) {
  for (const file of filesBelow(dist)) {
    if (expected.has(file)) continue;
    const path = join(dist, file);
    if (
      PARTIAL.test(file) &&
      Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0) < PARTIAL_IS_STALE_MS
    )
      continue;
    rmSync(path, { force: true });
  }
}

function readSources(files) {
  return files
    .filter((file) => !file.startsWith(`${PAGE}/`))
    .filter((file) => (COMPILED.test(file) || COPIED.test(file)) && !LEFT_OUT_FILES.test(file))
    .map((file) => {
      const text = readFileSync(join(root, file));
      return { file, text, digest: sha256(text) };
    });
}

/** Compiles or copies what changed; answers the digests of what is now in dist, and what went wrong. */
async function buildChanged(sources, known) {
  const changed = sources.filter(
    ({ file, digest }) => known[file] !== digest || outputsOf(file).some((output) => !existsSync(join(dist, output))),
  );
  const built = Object.fromEntries(sources.map(({ file, digest }) => [file, digest]));
  const failures = [];
  const swc = changed.some(({ file }) => COMPILED.test(file)) ? load('@swc/core') : undefined;
  await Promise.all(
    changed.map(async ({ file, text }) => {
      try {
        if (COMPILED.test(file)) await compile(swc, file, text.toString('utf8'));
        else write(file, text);
      } catch (error) {
        delete built[file];
        failures.push(`${file}: ${error.message.split('\n\nCaused by')[0].trim()}`);
      }
    }),
  );
  return { built, changed: changed.length, failures };
}

async function main() {
  const began = performance.now();
  const key = sha256(readFileSync(PROGRAM), JSON.stringify(compiler.SWC_OPTIONS), compilerVersion());
  const manifest = readManifest();
  const files = ROOTS.flatMap((folder) => filesBelow(root, LEFT_OUT_FOLDERS, folder));
  const sources = readSources(files);
  const { built, changed, failures } = await buildChanged(sources, manifest.key === key ? manifest.sources : {});
  const page = await buildPageFiles(files, manifest.page);
  removeStrays(new Set([MANIFEST, ...sources.flatMap(({ file }) => outputsOf(file)), ...(page?.outputs ?? [])]));
  const text = JSON.stringify({ key, sources: built, page }, null, 1);
  if (text !== JSON.stringify(manifest, null, 1)) write(MANIFEST, text);
  if (failures.length > 0) throw new Error(failures.join('\n\n'));
  if (changed > 0 && !values.quiet) {
    console.error(`built ${changed} of ${sources.length} files in ${Math.round(performance.now() - began)} ms`);
  }
}

/** Builds the page where it changed; answers what the manifest says of it. */
async function buildPageFiles(files, built) {
  const began = performance.now();
  const pageFiles = files.filter((file) => file.startsWith(`${PAGE}/`));
  const isThere = (output) => existsSync(join(dist, output));
  const page = await buildPage(root, { files: pageFiles, built, isThere });
  if (page === null) return undefined;
  const { digest, outputs, contents, isLeftOut = false } = page;
  for (const [output, content] of contents) write(output, content);
  if (isLeftOut) console.error('the page is left out: Vite is not installed (npm ci without --omit=dev)');
  else if (contents.length > 0 && !values.quiet)
    console.error(`built the page in ${Math.round(performance.now() - began)} ms`);
  return digest === '' ? undefined : { digest, outputs };
}

main().catch((error) => {
  const wayOut =
    error.code === 'EACCES' || error.code === 'EROFS'
      ? '\ndist/ was built by another user: remove it, or build as that user'
      : '';
  console.error(`build failed: ${error.message}${wayOut}`);
  process.exitCode = 1;
});
