import { setTimeout as pause } from 'node:timers/promises';
import { EmbeddedPostgresError } from './errors';
import { freePort } from './free-port';
import { clearLeftovers } from './leftovers';
import { killServer, spawnServer, stopServer, untilReady, type Server, type ServerOptions } from './server';
import type { ServerWatcher } from './watcher';

export interface SuperviseOptions extends Omit<ServerOptions, 'port'> {
  /** Undefined: a free one. It stays the same through restarts, so that pools find the server again. */
  readonly port: number | undefined;
  readonly watcher: ServerWatcher | null;
}

export interface Supervised {
  readonly port: number;
  /** Told each time the server ends by itself, before it is started again. */
  readonly onExit: (listener: (ending: string) => void) => void;
  stop(withinMs: number): Promise<void>;
  /** See `EmbeddedPostgres.kill`. */
  kill(): void;
}

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;
/** A server that ran this long was well: the next pause is short again. */
const WELL_MS = 30_000;
/** How long the first start waits for sessions of a killed server to end. */
const LINGERING_MS = 30_000;

/** Starts Postgres and starts it again whenever it ends without having been told to, for ever. */
export async function supervise(options: SuperviseOptions): Promise<Supervised> {
  const running: Running = { server: null, stopping: new AbortController() };
  const port = await firstStart(options, running);
  const listeners: ((ending: string) => void)[] = [];
  const kept = keepRunning({ ...options, port }, running, (ending) =>
    listeners.forEach((listener) => listener(ending)),
  );
  return {
    port,
    onExit: (listener) => void listeners.push(listener),
    stop: async (withinMs) => {
      running.stopping.abort();
      if (running.server) await stopServer(running.server, options.pgdata, withinMs);
      await kept;
      options.watcher?.end();
    },
    kill: () => {
      running.stopping.abort();
      if (running.server) killServer(running.server, options.pgdata);
    },
  };
}

interface Running {
  server: Server | null;
  readonly stopping: AbortController;
}

async function start(options: SuperviseOptions & { port: number }, running: Running): Promise<void> {
  await clearLeftovers(options.pgdata, options.logger);
  if (running.stopping.signal.aborted) return;
  const server = spawnServer(options);
  running.server = server;
  options.watcher?.watch(server.pid === 0 ? null : server.pid);
  void server.ended.then(() => running.server === server && options.watcher?.watch(null));
  await untilReady(server, options);
}

async function firstStart(options: SuperviseOptions, running: Running): Promise<number> {
  const end = Date.now() + LINGERING_MS;
  for (let attempt = 1; ; attempt += 1) {
    const port = options.port ?? (await freePort());
    try {
      await start({ ...options, port }, running);
      return port;
    } catch (error) {
      const code = error instanceof EmbeddedPostgresError ? error.code : null;
      const another = code === 'port-taken' && options.port === undefined && attempt < 10;
      const later = code === 'leftover-running' && Date.now() < end;
      if (!another && !later) {
        options.watcher?.end();
        throw error;
      }
      if (later) await pause(250);
    }
  }
}

async function keepRunning(
  options: SuperviseOptions & { port: number },
  running: Running,
  tell: (ending: string) => void,
): Promise<void> {
  const { logger } = options;
  const isStopping = (): boolean => running.stopping.signal.aborted;
  let wait = FIRST_PAUSE_MS;
  while (running.server) {
    const since = Date.now();
    const ending = await running.server.ended;
    if (isStopping()) return;
    if (Date.now() - since > WELL_MS) wait = FIRST_PAUSE_MS;
    const lastWords = running.server.lastWords();
    logger.error({ ending, lastWords, againInMs: wait }, 'the database ended unexpectedly: starting it again');
    tell(ending);
    await pause(wait, undefined, { signal: running.stopping.signal }).catch(() => undefined);
    if (isStopping()) return;
    wait = Math.min(wait * 2, LONGEST_PAUSE_MS);
    try {
      await start(options, running);
      logger.info({ port: options.port }, 'the database is running again');
    } catch (error) {
      if (!isStopping()) logger.error({ err: error }, 'the database did not start');
    }
  }
}
