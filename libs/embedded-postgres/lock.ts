import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { EmbeddedPostgresError, folderFault, systemCode } from './errors';
import type { DatabaseLogger } from './logger';
import { pidNamespace, startOf } from './processes';

/*
 * The lock of a data folder. Node has no flock, so a claim is a file `lock.<n>` that is linked into place with its content (link(2)
 * fails if the name exists); the highest number counts. The claim of a dead process is not removed, but superseded by the next number,
 * which only one of several processes can get. The highest claim is never removed, only marked as released, so that no number is
 * used twice.
 */

/** How often the owner of a claim renews it, for processes of other containers and machines. */
const HEARTBEAT_MS = 2_000;
/** A claim that was not renewed for this long counts as dead. */
const SILENCE_MS = 10_000;

interface Claim {
  readonly pid: number;
  readonly started: string;
  /** RFC 3339, UTC. */
  readonly since: string;
  readonly serves: string;
  readonly host: string;
  readonly pidWorld: string;
  readonly released: boolean;
}

export interface Hold {
  /** Releases the folder. Idempotent. */
  release(): void;
}

/**
 * Locks the data folder for this process, or rejects with `folder-held`, naming the process that holds it. A claim of a dead process
 * does not count, nor does a pid that now belongs to another process.
 *
 * @param serves what the holder serves, for the error message of other processes
 */
export async function holdFolder(folder: string, serves: string, logger: DatabaseLogger): Promise<Hold> {
  const mine: Claim = {
    pid: process.pid,
    started: startOf(process.pid) ?? 'unknown',
    since: new Date().toISOString(),
    serves,
    host: hostname(),
    pidWorld: pidNamespace(),
    released: false,
  };
  for (;;) {
    const last = highest(folder);
    const claim = last === 0 ? null : readClaim(folder, last);
    if (claim && (await isAlive(folder, last, claim, logger))) throw heldBy(folder, claim);
    const number = last + 1;
    if (!publish(folder, number, mine)) continue;
    if (highest(folder) !== number) {
      rmSync(fileOf(folder, number), { force: true });
      continue;
    }
    forgetBelow(folder, number);
    return holding(folder, number, mine);
  }
}

/** The process that holds the folder now; null if there is none. Changes nothing. */
export async function holderOf(folder: string, logger: DatabaseLogger): Promise<{ readonly pid: number } | null> {
  const last = highest(folder);
  const claim = last === 0 ? null : readClaim(folder, last);
  return claim !== null && (await isAlive(folder, last, claim, logger)) ? { pid: claim.pid } : null;
}

function holding(folder: string, number: number, mine: Claim): Hold {
  const file = fileOf(folder, number);
  const heartbeat = setInterval(() => touch(file), HEARTBEAT_MS);
  heartbeat.unref();
  let released = false;
  return {
    release: () => {
      if (released) return;
      released = true;
      clearInterval(heartbeat);
      try {
        renameSync(written(folder, { ...mine, released: true }), file);
      } catch {
        // The folder was removed or is full: this process ends soon, and its claim with it.
      }
    },
  };
}

async function isAlive(folder: string, number: number, claim: Claim, logger: DatabaseLogger): Promise<boolean> {
  if (claim.released) return false;
  if (claim.host === hostname() && claim.pidWorld === pidNamespace()) {
    const started = startOf(claim.pid);
    return started !== null && (started === claim.started || started === 'hidden');
  }
  logger.info(
    { host: claim.host, pid: claim.pid },
    `the data folder was held on ${claim.host}: checking whether that process is still running`,
  );
  const file = fileOf(folder, number);
  const first = modified(file);
  while (Date.now() - modified(file) < SILENCE_MS) {
    if (modified(file) !== first) return true;
    await pause(250);
  }
  return false;
}

function heldBy(folder: string, claim: Claim): EmbeddedPostgresError {
  const where = claim.host === hostname() ? '' : ` on ${claim.host}`;
  return new EmbeddedPostgresError(
    'folder-held',
    `The data folder ${folder} is held by process ${claim.pid}${where} since ${claim.since}` +
      `${claim.serves === '' ? '' : ` (${claim.serves})`}. ` +
      `Use that one, stop it (kill ${claim.pid}), or set DATA_DIR to another folder for a second one.`,
  );
}

const fileOf = (folder: string, number: number): string => join(folder, `lock.${number}`);

function highest(folder: string): number {
  const numbers = readdirSync(folder).map((name) => Number(/^lock\.(\d+)$/.exec(name)?.[1] ?? 0));
  return Math.max(0, ...numbers);
}

function readClaim(folder: string, number: number): Claim | null {
  try {
    return JSON.parse(readFileSync(fileOf(folder, number), 'utf8')) as Claim;
  } catch {
    return null;
  }
}

function publish(folder: string, number: number, claim: Claim): boolean {
  const file = written(folder, claim);
  try {
    linkSync(file, fileOf(folder, number));
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw folderFault(folder, error);
  } finally {
    rmSync(file, { force: true });
  }
}

/** Writes the claim to a temporary file, and syncs it to disk. */
function written(folder: string, claim: Claim): string {
  const file = join(folder, `.lock-${process.pid}-${randomBytes(4).toString('hex')}`);
  try {
    const descriptor = openSync(file, 'wx', 0o644);
    writeSync(descriptor, `${JSON.stringify(claim, null, 2)}\n`);
    fsyncSync(descriptor);
    closeSync(descriptor);
    return file;
  } catch (error) {
    rmSync(file, { force: true });
    throw folderFault(folder, error);
  }
}

function forgetBelow(folder: string, number: number): void {
  for (const name of readdirSync(folder)) {
    const older = Number(/^lock\.(\d+)$/.exec(name)?.[1] ?? number) < number;
    if (older || isAbandoned(folder, name)) rmSync(join(folder, name), { force: true });
  }
}

/** Removes the temporary file of a process that was killed before it published its claim. */
function isAbandoned(folder: string, name: string): boolean {
  if (!name.startsWith('.lock-')) return false;
  return Date.now() - modified(join(folder, name)) > 60_000;
}

function modified(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function touch(file: string): void {
  try {
    const now = new Date();
    utimesSync(file, now, now);
  } catch {
    // The folder was removed; the database will report it.
  }
}
