import { spawnSync } from 'node:child_process';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { copyRelease } from './binaries-copy';
import { closedFolder, type DatabaseUser } from './database-user';
import { EmbeddedPostgresError } from './errors';
import type { Logger } from './logger';
import { completeLinks, findPackage, versionOf } from './package';

/** Programs that the database's user can run. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
  /** Of the npm package, e.g. `18.4.0-beta.17`. */
  readonly release: string;
  /** Of Postgres, e.g. `18.4`. */
  readonly version: string;
}

/**
 * The package's binaries where they are, or a copy where these cannot serve: the database's user cannot get to them, their
 * library links are missing and cannot be made, or initdb could not start its companion there. The copy is made once per
 * release and used by all later starts.
 */
export async function prepareBinaries(user: DatabaseUser, logger: Logger): Promise<Binaries> {
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

/** What keeps the binaries from being used where they are, in words; null if nothing does. */
function hindranceAt(native: string, user: DatabaseUser): string | null {
  const closed = closedFolder(join(native, 'bin'), user) ?? closedFolder(join(native, 'lib'), user);
  if (closed !== null) return `it does not run as root, and other users cannot enter ${closed}`;
  if (!SHELL_SAFE.test(native)) return 'it cannot run in a folder with a $, `, " or \\ in its path';
  return completeLinks(native) ? null : 'its library links are missing and cannot be made';
}

/** Initdb starts postgres through a shell, with its path between double quotes. */
const SHELL_SAFE = /^[^$`"\\\n]*$/;

function binariesIn(native: string, release: string): Binaries {
  const bin = join(native, 'bin');
  return { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres'), release, version: versionOf(release) };
}

/** Folders for the copy, best first. */
function caches(): readonly string[] {
  if (process.getuid?.() === 0) return ['/var/cache/mps-ledger', '/var/tmp/mps-ledger', join(tmpdir(), 'mps-ledger')];
  const own = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  const all = [join(own, 'mps-ledger'), join(tmpdir(), `mps-ledger-${process.getuid?.()}`)];
  return all.filter((cache) => SHELL_SAFE.test(cache));
}

/** Runs the program once: the only way to find a folder mounted `noexec`, or other rules than modes. */
function unusable(binaries: Binaries, user: DatabaseUser): string | null {
  const run = spawnSync(binaries.postgres, ['--version'], { ...user, cwd: '/', encoding: 'utf8' });
  if (run.error) return run.error.message;
  return run.status === 0 ? null : run.stderr.trim();
}
