import { rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { prepareBinaries } from './binaries';
import { clusterOf, findHome, SHELTER, type Home } from './home';
import { initialise, USER, type MakingStage } from './initialise';
import { holdFolder } from './lock';
import { silent, type Logger } from './logger';
import { supervise, type Supervised } from './supervisor';
import { startWatcher } from './watcher';

export interface EmbeddedPostgresOptions {
  /** Folder for the data; made if it is not there. */
  readonly dataDir: string;
  /** Default: a free port. */
  readonly port?: number;
  /** Configuration parameters for `postgres -c`, over Postgres's own defaults (fsync on). */
  readonly settings?: Readonly<Record<string, string>>;
  /** Default: silent. */
  readonly logger?: Logger;
  /** What this process does with the data, in words, for whoever is refused because of it. Default: nothing said. */
  readonly serves?: string;
  /** Runs once the folder is held and before anything is started in it; its rejection ends the start. */
  readonly onHeld?: () => Promise<void>;
  /** Told how far the making of a new data folder is; not called for one that is there. Default: not told. */
  readonly onMaking?: (stage: MakingStage) => void;
  /** A small process stops Postgres when this one is gone, `kill -9` included. Default true. */
  readonly watchParent?: boolean;
  /** The data is of no use afterwards: `stop()`, and the watcher, remove it. Default false. */
  readonly throwaway?: boolean;
  /** Where root's data goes if the database's user cannot enter `dataDir`. Default `/var/lib/mps-ledger`. */
  readonly shelter?: string;
}

export interface EmbeddedPostgres {
  /** `postgresql://…`, password included: not for logs. Stays valid when Postgres had to be started again. */
  readonly url: string;
  /** Of Postgres, e.g. `18.4`. */
  readonly version: string;
  readonly port: number;
  /** Where the data really is. */
  readonly dataDir: string;
  /** Told how Postgres ended, each time it does so by itself; it is started again in any case. */
  readonly onExit: (listener: (ending: string) => void) => void;
  /**
   * Fast shutdown; after `withinMs` (default 8,000) an immediate one; a second later it is killed. Resolves when Postgres is
   * gone and the folder is free. Idempotent.
   */
  stop(withinMs?: number): Promise<void>;
  /** At once and for good, for a process that must end now; the folder is free when that has ended. Harmless after `stop()`. */
  kill(): void;
}

/**
 * Starts the Postgres that came with npm on a data folder, initialising it if need be, and keeps it running. Recovers by
 * itself from whatever a former start left: a running Postgres, a stale pid file, a half-made folder, a dead holder's lock.
 *
 * Rejects with `EmbeddedPostgresError` (nothing is left running, the folder is free): its message names the ways out.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const logger = options.logger ?? silent;
  const home = findHome(options.dataDir, resolve(options.shelter ?? SHELTER), logger);
  const hold = await holdFolder(home.folder, options.serves ?? '', logger);
  try {
    await options.onHeld?.();
    const { supervised, password, version } = await startIn(home, options, logger);
    const stop = async (withinMs: number): Promise<void> => {
      await supervised.stop(withinMs);
      if (options.throwaway) rmSync(clusterOf(home.folder), { recursive: true, force: true, maxRetries: 3 });
      hold.release();
      if (options.throwaway && home.sheltered) rmSync(home.folder, { recursive: true, force: true });
    };
    let stopped: Promise<void> | undefined;
    return {
      url: `postgresql://${USER}:${password}@127.0.0.1:${supervised.port}/postgres`,
      version,
      port: supervised.port,
      dataDir: home.folder,
      onExit: supervised.onExit,
      stop: (withinMs = 8_000) => (stopped ??= stop(withinMs)),
      kill: () => supervised.kill(),
    };
  } catch (error) {
    hold.release();
    throw error;
  }
}

interface Started {
  readonly supervised: Supervised;
  readonly password: string;
  readonly version: string;
}

async function startIn(home: Home, options: EmbeddedPostgresOptions, logger: Logger): Promise<Started> {
  const { user } = home;
  const binaries = await prepareBinaries(user, logger);
  const { pgdata, password } = await initialise(home, binaries, logger, options.onMaking);
  const thrownAway = options.throwaway ? clusterOf(home.folder) : null;
  const watcher = options.watchParent === false ? null : startWatcher(user, thrownAway);
  const { port, settings = {} } = options;
  const supervised = await supervise({ binaries, user, pgdata, port, settings, logger, watcher });
  return { supervised, password, version: binaries.version };
}
