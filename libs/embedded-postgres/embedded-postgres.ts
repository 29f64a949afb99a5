import { rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { prepareBinaries } from './binaries';
import { clusterOf, findHome, ROOT_DATA_DIR, type DataHome } from './home';
import { initialise, USER, type CreationStage } from './initialise';
import { holdFolder } from './lock';
import { silent, type DatabaseLogger } from './logger';
import { supervise, type Supervised } from './supervisor';
import { startWatcher } from './watcher';

export interface EmbeddedPostgresOptions {
  /** Folder for the data; created if it does not exist. */
  readonly dataDir: string;
  /** Default: a free port. */
  readonly port?: number;
  /** Configuration parameters for `postgres -c`, over Postgres's own defaults (fsync on). */
  readonly settings?: Readonly<Record<string, string>>;
  /** Default: silent. */
  readonly logger?: DatabaseLogger;
  /** What this process serves, for the error message of other processes that cannot get the folder. Default: nothing. */
  readonly serves?: string;
  /** Runs after the folder is locked and before Postgres is started; if it rejects, the start fails. */
  readonly onHeld?: () => Promise<void>;
  /** Called at each stage of creating a new data folder; not called for an existing one. */
  readonly onCreation?: (stage: CreationStage) => void;
  /** Start a small process that stops Postgres when this process has ended, even by `kill -9`. Default true. */
  readonly watchParent?: boolean;
  /** Remove the data when Postgres is stopped, by `stop()` or by the watcher. Default false. */
  readonly throwaway?: boolean;
  /** The data folder for root if the database's user cannot enter `dataDir`. Default `/var/lib/mps-ledger`. */
  readonly shelter?: string;
}

export interface EmbeddedPostgres {
  /** `postgresql://…` with the password, so not for logs. Stays valid after a restart of Postgres. */
  readonly url: string;
  /** Version of Postgres, e.g. `18.4`. */
  readonly version: string;
  readonly port: number;
  /** The real path of the data. */
  readonly dataDir: string;
  /** Called with the reason each time Postgres ends unexpectedly; it is restarted in any case. */
  readonly onExit: (listener: (ending: string) => void) => void;
  /**
   * Fast shutdown; after `withinMs` (default 8,000) immediate shutdown; a second later SIGKILL. Resolves when Postgres has ended and
   * the folder is unlocked. Idempotent.
   */
  stop(withinMs?: number): Promise<void>;
  /** Kills Postgres at once, for a process that must end now; the folder is unlocked when that has ended. Harmless after `stop()`. */
  kill(): void;
}

/**
 * Starts the Postgres of the npm package on a data folder, initialising it if necessary, and restarts it whenever it ends. Recovers
 * from the leftovers of former starts: a running Postgres, a stale pid file, a partial folder, the lock of a dead process.
 *
 * Rejects with an `EmbeddedPostgresError` that names the possible solutions; then nothing is left running, and the folder is unlocked.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const logger = options.logger ?? silent;
  const home = findHome(options.dataDir, resolve(options.shelter ?? ROOT_DATA_DIR), logger);
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

async function startIn(home: DataHome, options: EmbeddedPostgresOptions, logger: DatabaseLogger): Promise<Started> {
  const { user } = home;
  const binaries = await prepareBinaries(user, logger);
  const { pgdata, password } = await initialise(home, binaries, logger, options.onCreation);
  const thrownAway = options.throwaway ? clusterOf(home.folder) : null;
  const watcher = options.watchParent === false ? null : startWatcher(user, thrownAway);
  const { port, settings = {} } = options;
  const supervised = await supervise({ binaries, user, pgdata, port, settings, logger, watcher });
  return { supervised, password, version: binaries.version };
}
