import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Binaries } from './binaries';
import { chownTree, type DatabaseUser } from './database-user';
import { EmbeddedPostgresError, folderFault } from './errors';
import { clusterOf, type DataHome } from './home';
import type { DatabaseLogger } from './logger';
import { majorOf } from './package';
import { hasEndedWithin, processesIn, processesStartedWith, sendSignal, startOf } from './processes';

/** The database's superuser. */
export const USER = 'ledger';

/** A Postgres data folder that is complete and of the right version. */
export interface Cluster {
  readonly pgdata: string;
  readonly password: string;
}

/** `making`: initdb is running. `made`: complete, with a temporary name. `in-place`: renamed to its final name. */
export type CreationStage = 'making' | 'made' | 'in-place';

type OnMaking = (stage: CreationStage) => void;

export const pgdataIn = (cluster: string): string => join(cluster, 'pgdata');
export const passwordIn = (cluster: string): string => join(cluster, 'password');

/**
 * Returns the cluster in `home`, creating it if there is none. It is created under a temporary name, with password and owner, and
 * renamed when complete, so that a kill at any moment leaves a complete one or none. The folder must be locked by the caller.
 */
export async function initialise(
  home: DataHome,
  binaries: Binaries,
  logger: DatabaseLogger,
  onMaking: OnMaking = () => undefined,
): Promise<Cluster> {
  const cluster = clusterOf(home.folder);
  try {
    await removeUnfinished(home.folder, logger);
    if (existsSync(cluster)) adopt(cluster, home.user, binaries);
    else await make(cluster, home, binaries, onMaking);
    return { pgdata: realpathSync(pgdataIn(cluster)), password: readFileSync(passwordIn(cluster), 'utf8').trim() };
  } catch (error) {
    throw folderFault(home.folder, error);
  }
}

function adopt(cluster: string, user: DatabaseUser, binaries: Binaries): void {
  const owner = statSync(cluster).uid;
  if (user === null && owner !== process.getuid?.()) throw belongsToOther(cluster, owner);
  // A copy created by root (cp -r) belongs to root, and Postgres does not run as root.
  if (user !== null && owner !== user.uid) chownTree(user, cluster);
  const pgdata = pgdataIn(cluster);
  const made = readFileSync(join(pgdata, 'PG_VERSION'), 'utf8').trim();
  const major = majorOf(binaries.release);
  if (made === major) return;
  if (!/^\d+$/.test(made)) throw isDamaged(pgdata, made);
  throw new EmbeddedPostgresError(
    'other-major',
    `The data folder ${cluster} was made by Postgres ${made}, and the embedded one is ${major}, which cannot read it. Nothing was changed. ` +
      `Either set DATABASE_URL to a Postgres ${made} running on ${pgdata}, or set DATA_DIR to another folder for a new, empty ledger; ` +
      'to carry the ledger over, export its raw log with the version of mps-ledger that made the folder (npm run export -- --out FILE), start ' +
      'this one once with the new folder, and restore it there (npm run import -- --restore FILE).',
  );
}

function isDamaged(pgdata: string, made: string): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    'folder-lost',
    `The data folder ${pgdata} is damaged: its PG_VERSION says ${JSON.stringify(made.slice(0, 40))}, which is no version. Nothing was ` +
      'changed. Put the folder back (from a backup), or set DATA_DIR to another folder for a new, empty ledger.',
  );
}

function belongsToOther(cluster: string, owner: number): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    'folder-not-writable',
    `The data in ${cluster} belongs to another user (uid ${owner}). Start as that user${owner === 65534 ? ' or as root, who made it' : ''}, ` +
      `give it to this one (sudo chown -R "$(id -u)" '${cluster}'), or set DATA_DIR to another folder.`,
  );
}

async function make(cluster: string, home: DataHome, binaries: Binaries, onMaking: OnMaking): Promise<void> {
  const unfinished = mkdtempSync(`${cluster}.new-`);
  try {
    writeFileSync(passwordIn(unfinished), `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600, flush: true });
    chownTree(home.user, unfinished);
    const initialised = initdb(unfinished, home.user, binaries);
    onMaking('making');
    await initialised;
    onMaking('made');
    renameSync(unfinished, cluster);
    onMaking('in-place');
    flush(home.folder);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true, maxRetries: 3 });
    throw error;
  }
}

function initdb(folder: string, user: DatabaseUser, binaries: Binaries): Promise<void> {
  const auth = ['--auth=scram-sha-256', `--username=${USER}`, `--pwfile=${passwordIn(folder)}`];
  const args = ['-D', pgdataIn(folder), '--no-locale', '-E', 'UTF8', '--no-instructions', ...auth];
  const child = spawn(binaries.initdb, args, {
    ...user,
    cwd: '/',
    detached: true,
    env: { TZ: 'UTC' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  return new Promise((resolve, reject) => {
    child.once('error', (error) => reject(initFailed(folder, error.message)));
    child.once('close', (code, signal) =>
      code === 0 ? resolve() : reject(initFailed(folder, said.trim() || `ended by ${signal ?? code}`)),
    );
  });
}

function initFailed(folder: string, said: string): EmbeddedPostgresError {
  const full = /^.*(no space left|disk quota).*$/im.exec(said)?.[0];
  if (full !== undefined) {
    return new EmbeddedPostgresError(
      'disk-full',
      `There is no space left for a database in ${folder}: ${full}. Free some (it takes 50 MB to begin with), ` +
        `or set DATA_DIR to a folder on another disk. Nothing was left behind.`,
    );
  }
  const unknown = /could not look up effective user ID (\d+)/.exec(said)?.[1];
  if (unknown !== undefined) {
    return new EmbeddedPostgresError(
      'init-failed',
      `A database can only be made by a user with a name, and user ${unknown} has none: give it an entry in /etc/passwd, ` +
        `start as a user that has one, or set DATABASE_URL to use a Postgres of your own.`,
    );
  }
  return new EmbeddedPostgresError(
    'init-failed',
    `The database could not be made in ${folder}: ${said}. Nothing was left behind. ` +
      `Set DATA_DIR to another folder, or DATABASE_URL to use a Postgres of your own.`,
  );
}

/** Removes the files of a start that was killed during initialisation. If that fails, the next start tries again. */
async function removeUnfinished(home: string, logger: DatabaseLogger): Promise<void> {
  for (const name of readdirSync(home)) {
    if (!name.startsWith('postgres.new-')) continue;
    await endMaking(pgdataIn(join(home, name)));
    try {
      rmSync(join(home, name), { recursive: true, force: true, maxRetries: 3 });
      logger.info({ folder: join(home, name) }, 'removed an interrupted initialisation');
    } catch (error) {
      logger.warn({ folder: join(home, name), err: error }, 'an interrupted initialisation could not be removed');
    }
  }
}

const ENDS_WITHIN_MS = 5_000;

/** Stops the initdb of a killed process and its children, which would continue to write. */
async function endMaking(pgdata: string): Promise<void> {
  for (const find of [processesStartedWith, processesIn]) {
    for (const pid of find(pgdata)) {
      const started = startOf(pid);
      if (started !== null && sendSignal(pid, 'SIGKILL') === 'sent') await hasEndedWithin(pid, started, ENDS_WITHIN_MS);
    }
  }
}

/** Syncs the folder, so that a rename in it survives a loss of power. */
function flush(folder: string): void {
  const descriptor = openSync(folder, 'r');
  fsyncSync(descriptor);
  closeSync(descriptor);
}
