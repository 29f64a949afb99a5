import { spawnSync } from 'node:child_process';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { copyRelease } from './binaries-copy';
import { closedFolder, type DatabaseUser } from './database-user';
import { EmbeddedPostgresError } from './errors';
import type { DatabaseLogger } from './logger';
import { completeLinks, findPackage, versionOf } from './package';

/** The Postgres programs, which the database's user can run. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
  /** Version of the npm package, e.g. `18.4.0-beta.17`. */
  readonly release: string;
  /** Version of Postgres, e.g. `18.4`. */
  readonly version: string;
}

/**
 * Finds binaries that can be run: those of the npm package, or a copy if the database's user cannot access them, their library links
 * are missing and cannot be created, or initdb could not start postgres there. The copy is created once per release and reused.
 */
export async function prepareBinaries(user: DatabaseUser, logger: DatabaseLogger): Promise<Binaries> {
  const { native, release } = findPackage();
  const hindrance = hindranceAt(native, user);
  if (hindrance === null) return binariesIn(native, release);
  const problems: string[] = [];
  for (const cache of caches()) {
    const copy = await copyRelease({ native, release, cache, user, logger });
    const problem = copy.ok ? unusable(binariesIn(copy.folder, release), user) : copy.problem;
    if (copy.ok && problem === null) return binariesIn(copy.folder, release);
    problems.push(`${cache}: ${problem}`);
  }
  throw new EmbeddedPostgresError(
    'binaries-unusable',
    `The database's program in ${native} cannot be used: ${hindrance}. A copy elsewhere failed (${problems.join('; ')}). ` +
      `Move the checkout to a folder that others can enter, start as an ordinary user, ` +
      `or set DATABASE_URL to use a Postgres of your own.`,
  );
}

/** Why the binaries of the package cannot be used in place; null if they can. */
function hindranceAt(native: string, user: DatabaseUser): string | null {
  const closed = closedFolder(join(native, 'bin'), user) ?? closedFolder(join(native, 'lib'), user);
  if (closed !== null) return `it does not run as root, and other users cannot enter ${closed}`;
  if (!SHELL_SAFE.test(native)) return 'it cannot run in a folder with a $, `, " or \\ in its path';
  return completeLinks(native) ? null : 'its library links are missing and cannot be made';
}

/** Paths that are safe for initdb, which starts postgres through a shell with the path in double quotes. */
const SHELL_SAFE = /^[^$`"\\\n]*$/;

function binariesIn(native: string, release: string): Binaries {
  const bin = join(native, 'bin');
  return { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres'), release, version: versionOf(release) };
}

/** Folders for the copy, in order of preference. */
function caches(): readonly string[] {
  if (process.getuid?.() === 0) return ['/var/cache/mps-ledger', '/var/tmp/mps-ledger', join(tmpdir(), 'mps-ledger')];
  const own = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  const all = [join(own, 'mps-ledger'), join(tmpdir(), `mps-ledger-${process.getuid?.()}`)];
  return all.filter((cache) => SHELL_SAFE.test(cache));
}

/** Runs the program once, to detect a folder mounted `noexec` or restrictions other than file modes. */
function unusable(binaries: Binaries, user: DatabaseUser): string | null {
  const run = spawnSync(binaries.postgres, ['--version'], { ...user, cwd: '/', encoding: 'utf8' });
  if (run.error) return run.error.message;
  return run.status === 0 ? null : run.stderr.trim();
}
