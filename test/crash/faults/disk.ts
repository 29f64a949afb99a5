import { execFile } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { processTree } from '@mps-ledger/testing';
import { makeFault, type LoadedRound } from '../fault';
import { callbacksAreRefused } from '../outage';
import { NotProvoked } from '../promises';
import { makeStandalone, type StandaloneTarget } from '../targets/standalone';
import { untilReady } from '../targets/target';

const run = promisify(execFile);

/** What a new data folder takes, and room for a load. */
const DISK_MIB = 160;
export const MIB = 1024 * 1024;

export interface SmallDisk {
  readonly dataDir: string;
  readonly unmount: () => Promise<void>;
}

/** A file system of its own for a data folder, in memory. That takes the rights to mount one. */
export async function mountSmallDisk(folder: string): Promise<SmallDisk> {
  const disk = join(folder, 'disk');
  mkdirSync(disk);
  try {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MIB}m,mode=755`, 'tmpfs', disk]);
  } catch (error) {
    throw new NotProvoked(`no file system can be mounted here: ${String(error)}`);
  }
  return { dataDir: join(disk, 'data'), unmount: async () => void (await run('umount', ['-l', disk])) };
}

async function onSmallDisk(folder: string): Promise<StandaloneTarget> {
  const { dataDir, unmount } = await mountSmallDisk(folder);
  const target = await makeStandalone({ folder, dataDir });
  return {
    ...target,
    async close() {
      await target.close();
      await unmount();
    },
  };
}

/** Writes until nothing more can be written; answers how to make room again. */
export function fill(file: string): { free(): void } {
  const descriptor = openSync(file, 'w');
  try {
    for (let size = MIB; size >= 4096;) {
      try {
        writeSync(descriptor, Buffer.alloc(size));
      } catch {
        size /= 2;
      }
    }
  } finally {
    closeSync(descriptor);
  }
  return {
    free: () => {
      rmSync(file);
    },
  };
}

async function fillDisk(target: StandaloneTarget, { load, dice }: LoadedRound): Promise<void> {
  await load.sent(1);
  await pause(dice.between(0, 500));
  const ballast = fill(join(target.dataDir, '..', 'ballast'));
  try {
    await callbacksAreRefused(target);
    await pause(dice.between(0, 3_000));
  } finally {
    ballast.free();
  }
  await untilReady(target.api, target.program());
}

/** Sets how large a file these processes may write. As the processes' own user: others may not. */
export async function limitFiles(pids: readonly number[], bytes: number | 'unlimited'): Promise<void> {
  for (const pid of pids) {
    const [uid, gid] = ['Uid', 'Gid'].map((name) => idOf(pid, name));
    if (uid === undefined || gid === undefined || Number.isNaN(uid)) continue;
    await run('prlimit', ['--pid', `${pid}`, `--fsize=${bytes}:unlimited`], { uid, gid }).catch((error: unknown) => {
      if (!Number.isNaN(idOf(pid, 'Uid'))) throw new NotProvoked(`files cannot be limited here: ${String(error)}`);
    });
  }
}

/** NaN for a process that is gone. */
function idOf(pid: number, name: string): number {
  try {
    return Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  } catch {
    return Number.NaN;
  }
}

async function limitPostgres(target: StandaloneTarget, { load, dice }: LoadedRound): Promise<void> {
  await load.sent(1);
  const postgres = target.postgresPid();
  await limitFiles(processTree(postgres), dice.between(0, 16) * MIB);
  await pause(dice.between(1_000, 4_000));
  // Where it ended of that, another one was started, which is not limited.
  await limitFiles(processTree(postgres), 'unlimited');
  await untilReady(target.api, target.program());
}

export const DISK = [
  makeFault({
    name: 'disk-full',
    what: `the data folder is on a file system of ${DISK_MIB} MiB, which is filled to the last byte for up to 3 s after callbacks are refused`,
    seeds: 5,
    make: onSmallDisk,
    strike: fillDisk,
  }),
  makeFault({
    name: 'file-too-large',
    what: 'Postgres may write no file beyond 0 to 16 MiB for 1 to 4 s (RLIMIT_FSIZE), its write-ahead log among them',
    seeds: 5,
    make: (folder) => makeStandalone({ folder }),
    strike: limitPostgres,
  }),
];
