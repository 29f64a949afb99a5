import { readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { EmbeddedPostgresError } from './errors';
import type { Logger } from './logger';
import { commandOf, gone, processesIn, signalled, startOf, workingFolderOf } from './processes';

/** What Postgres writes into `postmaster.pid` (see its source, `miscadmin.h`), as far as it matters here. */
export interface PidFile {
  readonly pid: number;
  /** Seconds since 1970. */
  readonly started: number;
  readonly port: number;
  /** `starting`, `ready`, `stopping`… */
  readonly status: string;
}

const pidFileOf = (pgdata: string): string => join(pgdata, 'postmaster.pid');

/** Null where there is none, or one that is not written out yet. */
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
 * Ends whatever a former start left running on the data folder (Postgres outlives a `kill -9` of its parent), and removes its
 * pid file, which Postgres would otherwise believe as soon as some process has that pid again. Call it only while the folder
 * is held. Rejects with `leftover-running` if something will not end.
 */
export async function clearLeftovers(pgdata: string, logger: Logger): Promise<void> {
  const file = readPidFile(pgdata);
  if (file !== null && isServerOf(pgdata, file)) {
    logger.info({ pid: file.pid, folder: pgdata }, 'a Postgres is still running on the data folder: stopping it');
    await end(pgdata, file.pid, ENDING_A_SERVER);
  }
  await Promise.all(processesIn(pgdata).map((pid) => end(pgdata, pid, ENDING_A_SESSION)));
  rmSync(pidFileOf(pgdata), { force: true });
}

/** Whether the pid in the file is still this folder's server and not a later process with the same number. */
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

/** Fast (clients are cut off, all is written), then immediate (the log is replayed at the next start), then killed. */
const ENDING_A_SERVER: readonly Step[] = [
  { signal: 'SIGINT', withinMs: 5_000 },
  { signal: 'SIGQUIT', withinMs: 5_500 },
  { signal: 'SIGKILL', withinMs: 2_000 },
];

/** What outlives its server ends by itself as soon as it looks up from its statement. */
const ENDING_A_SESSION: readonly Step[] = [
  { signal: 0, withinMs: 500 },
  { signal: 'SIGQUIT', withinMs: 1_000 },
  { signal: 'SIGKILL', withinMs: 2_000 },
];

async function end(pgdata: string, pid: number, steps: readonly Step[]): Promise<void> {
  const started = startOf(pid);
  if (started === null) return;
  for (const { signal, withinMs } of steps) {
    if (signalled(pid, signal) === 'forbidden') break;
    if (await gone(pid, started, withinMs)) return;
  }
  throw new EmbeddedPostgresError(
    'leftover-running',
    `A Postgres (process ${pid}) is still running on the data folder ${pgdata} and could not be stopped. ` +
      `Stop it (as root: kill ${pid}), or set DATA_DIR to another folder.`,
  );
}
