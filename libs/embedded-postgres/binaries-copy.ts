import { chmodSync, existsSync, lstatSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { closedFolder, type DatabaseUser } from './database-user';
import { makeFolder } from './home';
import type { DatabaseLogger } from './logger';
import { completeLinks } from './package';

export interface CopyOptions {
  readonly native: string;
  readonly release: string;
  /** The folder that contains the copies of all releases. */
  readonly cache: string;
  readonly user: DatabaseUser;
  readonly logger: DatabaseLogger;
}

export type CopyResult =
  { readonly ok: true; readonly folder: string } | { readonly ok: false; readonly problem: string };

/**
 * Returns a complete copy of the binaries in `cache`, creating it if necessary. A copy gets its final name only when it is complete,
 * so that neither a kill nor concurrent starts leave a partial one; a copy that lost files (to a cleaner of temporary folders) is
 * replaced.
 */
export async function copyRelease(options: CopyOptions): Promise<CopyResult> {
  const { native, release, user, logger } = options;
  try {
    const cache = makeFolder(options.cache);
    const problem = ownershipProblem(cache) ?? (closedFolder(cache, user) && "the database's user cannot enter it");
    if (problem) return { ok: false, problem };
    const final = join(cache, `postgres-${release}-${process.platform}-${process.arch}`);
    if (isComplete(native, join(final, 'native'))) return { ok: true, folder: join(final, 'native') };
    logger.info({ from: native, to: final }, 'copying the database program to a folder where its user can run it');
    const made = await copyBeside(native, final);
    putInPlace(native, made, final);
    return { ok: true, folder: join(final, 'native') };
  } catch (error) {
    return { ok: false, problem: error instanceof Error ? error.message : String(error) };
  }
}

/** Why programs cannot be run from a folder: another user owns it or can write to it. Null if they can. */
function ownershipProblem(cache: string): string | null {
  const stat = statSync(cache);
  if (stat.uid !== process.getuid?.()) return 'it belongs to somebody else';
  return (stat.mode & 0o022) === 0 ? null : 'others can write to it';
}

async function copyBeside(native: string, final: string): Promise<string> {
  const made = mkdtempSync(`${final}.`);
  const copy = join(made, 'native');
  await cp(native, copy, { recursive: true, verbatimSymlinks: true });
  readable(made);
  if (!completeLinks(copy)) throw new Error('links cannot be made in it');
  return made;
}

/** Makes files readable for everyone, and executable for everyone if they are for their owner. */
function readable(path: string): void {
  const stat = lstatSync(path);
  if (stat.isSymbolicLink()) return;
  chmodSync(path, stat.isDirectory() || stat.mode & 0o100 ? 0o755 : 0o644);
  if (stat.isDirectory()) for (const name of readdirSync(path)) readable(join(path, name));
}

function putInPlace(native: string, made: string, final: string): void {
  if (existsSync(final) && !isComplete(native, join(final, 'native'))) {
    const old = `${made}.old`;
    renameSync(final, old);
    rmSync(old, { recursive: true, force: true });
  }
  try {
    renameSync(made, final);
  } catch (error) {
    rmSync(made, { recursive: true, force: true });
    // A concurrent start created it first.
    if (!isComplete(native, join(final, 'native'))) throw error;
  }
}

function isComplete(native: string, copy: string): boolean {
  if (!existsSync(copy)) return false;
  return readdirSync(native, { recursive: true, withFileTypes: true }).every((entry) => {
    if (!entry.isFile()) return true;
    const original = join(entry.parentPath, entry.name);
    const copied = statSync(join(copy, original.slice(native.length)), { throwIfNoEntry: false });
    return copied?.size === statSync(original).size;
  });
}
