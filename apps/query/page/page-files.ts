import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';

/** A file of the page, as it is sent. */
export interface PageFile {
  /** Content type. */
  readonly type: string;
  readonly bytes: Buffer;
  /** Entity tag, with its quotes. */
  readonly tag: string;
}

/** The built page: its document, and what that loads, by name. */
export interface PageFiles {
  readonly document: PageFile;
  /** Names have a digest of the content, so what is behind one never changes. */
  readonly assets: ReadonlyMap<string, PageFile>;
}

/** Where the build puts the page, beside this app. */
const BUILT = join(__dirname, '..', '..', 'page');

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Reads the page into memory: a few files, of less than 300 kB in all. Null where it is not built. */
export function readPageFiles(folder = BUILT): PageFiles | null {
  const assets = join(folder, 'assets');
  if (!existsSync(assets) || !existsSync(join(folder, 'index.html'))) return null;
  const read = readdirSync(assets).map((name) => [name, pageFile(join(assets, name))] as const);
  return { document: pageFile(join(folder, 'index.html')), assets: new Map(read) };
}

function pageFile(path: string): PageFile {
  const bytes = readFileSync(path);
  const tag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 27)}"`;
  const type = TYPES[extname(path)] ?? 'application/octet-stream';
  return { type, bytes, tag };
}
