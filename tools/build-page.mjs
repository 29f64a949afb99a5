/**
 * Builds the page (apps/page) with Vite, which is installed for development only: where it is missing, as after `npm ci --omit=dev`, the
 * page is left out, and what is in dist already stays.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

export const PAGE = 'apps/page';
const PACKAGES = ['vite', 'preact'];
const CONFIGURATION = 'vite.config.mjs';

/** Files of the page that no program reads. */
const NOT_BUILT = /\.spec\.ts$|\.d\.ts$|(^|\/)tsconfig\.json$/;

/** The versions of what builds the page; null where it is not installed. */
function versionsIn(root) {
  const load = createRequire(join(root, 'package.json'));
  try {
    return PACKAGES.map((name) => JSON.parse(readFileSync(load.resolve(`${name}/package.json`), 'utf8')).version);
  } catch {
    return null;
  }
}

/** Vite itself; it finds plugins and packages from the root, not from here. */
const viteOf = (root) => import(createRequire(join(root, 'package.json')).resolve('vite'));

/**
 * Builds the page where it changed.
 *
 * @param files the files below apps/page, relative to the root
 * @param built what an earlier build answered: `{ digest, outputs }`
 * @param isThere whether an output is in dist
 * @returns `{ digest, outputs, contents }`: `contents` has what is to be written, and is empty where nothing changed; null without a page
 */
export async function buildPage(root, { files, built, isThere }) {
  if (!existsSync(join(root, PAGE, CONFIGURATION))) return null;
  const versions = versionsIn(root);
  if (versions === null)
    return { ...(built ?? { digest: '', outputs: [] }), contents: [], isLeftOut: built === undefined };
  const digest = digestOf(root, files, versions);
  if (built?.digest === digest && built.outputs.every(isThere)) return { ...built, contents: [] };
  const contents = await bundle(root);
  return { digest, outputs: contents.map(([output]) => output), contents };
}

function digestOf(root, files, versions) {
  const hash = createHash('sha256').update(versions.join());
  for (const file of files.filter((name) => !NOT_BUILT.test(name)).sort()) {
    hash.update(file).update(readFileSync(join(root, file)));
  }
  return hash.digest('hex');
}

async function bundle(root) {
  const { build } = await viteOf(root);
  const folder = join(root, PAGE);
  const result = await build({
    root: folder,
    configFile: join(folder, CONFIGURATION),
    configLoader: 'native',
    logLevel: 'warn',
    build: { write: false },
  });
  return result.output
    .map(({ fileName, type, code, source }) => [`${PAGE}/${fileName}`, type === 'chunk' ? code : source])
    .sort(([one], [other]) => (one < other ? -1 : 1));
}
