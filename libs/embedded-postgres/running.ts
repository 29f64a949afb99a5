import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { EmbeddedPostgresError, folderFault } from './errors';
import { clusterOf, pointedAt } from './home';
import { passwordIn, pgdataIn, USER } from './initialise';
import { readPidFile } from './leftovers';
import { holderOf } from './lock';
import { silent, type DatabaseLogger } from './logger';

/** A Postgres that another process runs. */
export interface RunningPostgres {
  /** `postgresql://…` with the password, so not for logs. */
  readonly url: string;
  readonly port: number;
  /** The real path of the data. */
  readonly dataDir: string;
  /** The process that holds the folder. */
  readonly heldBy: number;
}

export interface FindRunningOptions {
  /** How long to wait until the server of the process that holds the folder is ready, in ms. Default 30,000. */
  readonly withinMs?: number;
  /** Default: silent. */
  readonly logger?: DatabaseLogger;
}

/**
 * Finds the Postgres that another process runs on a data folder; null if no process holds the folder, and it has data that
 * `startEmbeddedPostgres` could start on. Changes nothing.
 *
 * Rejects with an `EmbeddedPostgresError`: `nothing-there` if the folder has no data, `not-ready` if a process holds it, but there is
 * no server within the time, `folder-lost`, `folder-not-writable` if the password cannot be read.
 */
export async function findRunningPostgres(
  dataDir: string,
  options: FindRunningOptions = {},
): Promise<RunningPostgres | null> {
  const { withinMs = 30_000, logger = silent } = options;
  const asked = resolve(dataDir);
  const folder = existsSync(asked) ? (pointedAt(asked) ?? realpathSync(asked)) : asked;
  for (const end = Date.now() + withinMs; ;) {
    const holder = existsSync(folder) ? await holderOf(folder, logger) : null;
    const server = existsSync(clusterOf(folder)) ? serverOf(folder) : null;
    if (holder !== null && server !== null) return { ...server, dataDir: folder, heldBy: holder.pid };
    if (holder === null) {
      if (existsSync(clusterOf(folder))) return null;
      throw new EmbeddedPostgresError(
        'nothing-there',
        `There is no ledger in ${asked}: nothing was ever started there.`,
      );
    }
    if (Date.now() >= end) throw notReady(folder, holder.pid);
    await pause(100);
  }
}

function serverOf(folder: string): { readonly url: string; readonly port: number } | null {
  const cluster = clusterOf(folder);
  const file = readPidFile(pgdataIn(cluster));
  if (file?.status !== 'ready') return null;
  try {
    const password = readFileSync(passwordIn(cluster), 'utf8').trim();
    return { url: `postgresql://${USER}:${password}@127.0.0.1:${file.port}/postgres`, port: file.port };
  } catch (error) {
    throw folderFault(folder, error);
  }
}

function notReady(folder: string, pid: number): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    'not-ready',
    `Process ${pid} holds the data folder ${folder}, but its database is not ready. Wait until it is, or stop that process.`,
  );
}
