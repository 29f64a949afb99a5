import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readlinkSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { closedFolder, databaseUser, type DatabaseUser } from './database-user';
import { EmbeddedPostgresError, folderFault, systemCode } from './errors';
import type { DatabaseLogger } from './logger';

/** The data folder for root if the database's user cannot enter the requested one. */
export const ROOT_DATA_DIR = '/var/lib/mps-ledger';

/** Name of the link in the requested folder that points to its data. */
const POINTER = 'moved-to';

/** The real place of the data, and the user that runs the database. */
export interface DataHome {
  /** The real path of the folder with the locks and `postgres/`. */
  readonly folder: string;
  /** Whether it differs from the requested folder. */
  readonly sheltered: boolean;
  readonly user: DatabaseUser;
}

/** The folder with the files of Postgres: `pgdata/` and the password. It is complete or does not exist. */
export const clusterOf = (home: string): string => join(home, 'postgres');

/**
 * Finds or creates the place for the data of `dataDir`: the folder itself, or, for root if the database's user cannot enter it, a
 * separate folder in `shelter`, to which a link in `dataDir` then points.
 */
export function findHome(dataDir: string, shelter: string, logger: DatabaseLogger): DataHome {
  const requested = makeFolder(resolve(dataDir));
  const pointed = pointedAt(requested);
  const folder = pointed ?? requested;
  const user = databaseUser(clusterOf(folder));
  const closed = closedFolder(folder, user);
  if (closed === null) return { folder, user, sheltered: pointed !== null };
  if (pointed !== null || existsSync(clusterOf(requested))) throw closedToUser(folder, closed);
  const sheltered = makeShelter(requested, closed, shelter, user);
  logger.warn(
    { asked: requested, folder: sheltered },
    `the data is kept in ${sheltered}, as the database does not run as root and other users cannot enter ${closed}`,
  );
  return { folder: sheltered, user, sheltered: true };
}

/** Creates a missing folder, which other users may enter, and returns its real path. */
export function makeFolder(folder: string): string {
  try {
    const first = makeFolders(folder);
    if (first !== undefined && process.getuid?.() === 0) openUp(folder, first);
    return realpathSync(folder);
  } catch (error) {
    throw folderFault(folder, error);
  }
}

/**
 * Creates the missing folders and returns the first of them. Used in place of mkdir's `recursive`, which never returns on Node 20 if
 * the system reports ENOENT below an existing folder, as in /proc.
 */
function makeFolders(folder: string): string | undefined {
  if (isFolder(folder)) return undefined;
  const first = dirname(folder) === folder ? undefined : makeFolders(dirname(folder));
  try {
    mkdirSync(folder);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') throw nowhere(folder, error);
    // A concurrent start created it first.
    if (systemCode(error) !== 'EEXIST' || !isFolder(folder)) throw error;
  }
  return first ?? folder;
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

function nowhere(folder: string, cause: unknown): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    'folder-not-writable',
    `The data folder cannot be made: no folder can be made at ${folder}. Set DATA_DIR to another one.`,
    { cause },
  );
}

/** Opens created folders for other users, in spite of a umask of 077. */
function openUp(last: string, first: string): void {
  chmodSync(last, 0o755);
  if (last !== first) openUp(dirname(last), first);
}

/** The target of the link in the requested folder; null if there is none. */
export function pointedAt(requested: string): string | null {
  const pointer = join(requested, POINTER);
  if (!lstatSync(pointer, { throwIfNoEntry: false })?.isSymbolicLink()) return null;
  const target = readlinkSync(pointer);
  if (existsSync(target)) return realpathSync(target);
  throw new EmbeddedPostgresError(
    'folder-lost',
    `The data of ${requested} was kept in ${target}, which is gone. Put it back, or, to begin with an empty ledger, remove ${pointer}.`,
  );
}

function makeShelter(requested: string, closed: string, shelter: string, user: DatabaseUser): string {
  const sheltered = shelterFolder(requested, closed, shelter, user);
  try {
    symlinkSync(sheltered, join(requested, POINTER));
    return sheltered;
  } catch (error) {
    rmSync(sheltered, { recursive: true, force: true });
    // A concurrent start created the link first; its folder is used.
    const other = systemCode(error) === 'EEXIST' ? pointedAt(requested) : null;
    if (other === null) throw folderFault(requested, error);
    return other;
  }
}

function shelterFolder(requested: string, closed: string, shelter: string, user: DatabaseUser): string {
  try {
    const all = makeFolder(join(shelter, 'data'));
    if (closedFolder(all, user) !== null) throw new Error(`${closedFolder(all, user)} is closed, too`);
    const folder = mkdtempSync(join(all, 'ledger-'));
    chmodSync(folder, 0o755);
    return folder;
  } catch (error) {
    throw closedToUser(requested, closed, error);
  }
}

function closedToUser(folder: string, closed: string, cause?: unknown): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    'folder-closed',
    `The data folder ${folder} cannot be used: the database does not run as root, and other users cannot enter ${closed}. ` +
      `Set DATA_DIR to a folder that others can enter (such as /srv/mps-ledger), open it (chmod o+x '${closed}'), ` +
      `start as an ordinary user, or set DATABASE_URL to use a Postgres of your own.`,
    { cause },
  );
}
