import { readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { EmbeddedPostgresError } from './errors';
import type { DatabaseLogger } from './logger';
import { commandOf, hasEndedWithin, processesIn, sendSignal, startOf, workingFolderOf } from './processes';

/** The parts of `postmaster.pid` that are used here (see `miscadmin.h` in the source of Postgres). */
export interface PidFile {
  readonly pid: number;
  /** Seconds since 1970. */
  readonly started: number;
  readonly port: number;
  /** `starting`, `ready`, `stopping`… */
  readonly status: string;
}

const pidFileOf = (pgdata: string): string => join(pgdata, 'postmaster.pid');

/** Reads the pid file; null if there is none, or if it is not completely written. */
export function readPidFile(pgdata: string): PidFile | null {
  try {
    const lines = readFileSync(pidFileOf(pgdata), 'utf8').split('\n');
    const pid = Number(lines[0]);
    if (!Number.isSafeInteger(pid) || pid <= 0) return null;
    return { pid, started: Number(lines[2] ?? 0), port: Number(lines[3] ?? 0), status: (lines[7] ?? '').trim() };
  } catch {
    return null;
  }
}

/**
 * Stops a Postgres that a former start left running on the data folder (it survives a `kill -9` of its parent), and removes its pid
 * file, which would block Postgres as soon as another process has that pid. The folder must be locked by the caller. Rejects with
 * `leftover-running` if a process does not end.
 */
export async function clearLeftovers(pgdata: string, logger: DatabaseLogger): Promise<void> {
  const file = readPidFile(pgdata);
  if (file !== null && isServerOf(pgdata, file)) {
    logger.info({ pid: file.pid, folder: pgdata }, 'a Postgres is still running on the data folder: stopping it');
    await end(pgdata, file.pid, ENDING_A_SERVER);
  }
  await Promise.all(processesIn(pgdata).map((pid) => end(pgdata, pid, ENDING_A_SESSION)));
  rmSync(pidFileOf(pgdata), { force: true });
}

/** Whether the pid in the file still belongs to this folder's server, and not to a later process with the same number. */
function isServerOf(pgdata: string, file: PidFile): boolean {
  if (startOf(file.pid) === null) return false;
  const folder = workingFolderOf(file.pid);
  if (folder !== null) return folder === pgdata;
  const command = commandOf(file.pid);
  if (basename(command[0] ?? '') !== 'postgres') return false;
  return command.join(' ').includes(pgdata);
}

interface Step {
  /** 0 only waits. */
  readonly signal: NodeJS.Signals | 0;
  readonly withinMs: number;
}

/** Shutdown signals in order: fast (clients are disconnected, data is written), immediate (recovery at the next start), kill. */
const ENDING_A_SERVER: readonly Step[] = [
  { signal: 'SIGINT', withinMs: 5_000 },
  { signal: 'SIGQUIT', withinMs: 5_500 },
  { signal: 'SIGKILL', withinMs: 2_000 },
];

/** Waits for backends that outlive their server; they end after their current statement. */
const ENDING_A_SESSION: readonly Step[] = [
  { signal: 0, withinMs: 500 },
  { signal: 'SIGQUIT', withinMs: 1_000 },
  { signal: 'SIGKILL', withinMs: 2_000 },
];

async function end(pgdata: string, pid: number, steps: readonly Step[]): Promise<void> {
  const started = startOf(pid);
  if (started === null) return;
  for (const { signal, withinMs } of steps) {
    if (sendSignal(pid, signal) === 'forbidden') break;
    if (await hasEndedWithin(pid, started, withinMs)) return;
  }
  throw new EmbeddedPostgresError(
    'leftover-running',
    `A Postgres (process ${pid}) is still running on the data folder ${pgdata} and could not be stopped. ` +
      `Stop it (as root: kill ${pid}), or set DATA_DIR to another folder.`,
  );
}
