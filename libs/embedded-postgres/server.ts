import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import type { Binaries } from './binaries';
import type { DatabaseUser } from './database-user';
import { EmbeddedPostgresError } from './errors';
import { readPidFile } from './leftovers';
import type { DatabaseLogger } from './logger';
import { processesIn, sendSignal } from './processes';

export interface ServerOptions {
  readonly binaries: Binaries;
  readonly user: DatabaseUser;
  readonly pgdata: string;
  readonly port: number;
  /** Configuration parameters for `postgres -c`. */
  readonly settings: Readonly<Record<string, string>>;
  readonly logger: DatabaseLogger;
}

/** One run of Postgres, from start to end. */
export interface Server {
  readonly pid: number;
  /** Resolves with the reason when it has ended. Never rejects. */
  readonly ended: Promise<string>;
  hasEnded(): boolean;
  /** The last lines it wrote. */
  lastWords(): string;
}

/** Starts Postgres in its own session, so that Ctrl-C in a terminal does not reach it. Returns before it is ready. */
export function spawnServer(options: ServerOptions): Server {
  const { binaries, user, pgdata, port, settings, logger } = options;
  const all = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    timezone: 'UTC',
    log_timezone: 'UTC',
    ...settings,
  };
  const parameters = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const child = spawn(binaries.postgres, ['-D', pgdata, '-p', String(port), ...parameters], {
    ...user,
    cwd: '/',
    detached: true,
    env: { TZ: 'UTC', LC_ALL: 'C' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const lines: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => {
    lines.push(line);
    if (lines.length > 30) lines.shift();
    report(line, logger);
  });
  let over = false;
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal === null ? `exit code ${code}` : `signal ${signal}`));
  });
  void ended.then(() => (over = true));
  return { pid: child.pid ?? 0, ended, hasEnded: () => over, lastWords: () => lines.join('\n') };
}

function report(line: string, logger: DatabaseLogger): void {
  if (line.includes('PANIC:')) logger.error({ postgres: line }, 'the database reported a fault');
  else if (line.includes('WARNING:')) logger.warn({ postgres: line }, 'the database warned');
  else logger.debug({ postgres: line }, 'the database wrote');
}

/** States in the pid file in which it accepts connections; a replica accepts read-only ones. */
const ACCEPTING: ReadonlySet<string> = new Set(['ready', 'standby']);

/** Resolves when connections are accepted. Crash recovery may come before, without a time limit. */
export async function untilReady(server: Server, { pgdata, port, logger }: ServerOptions): Promise<void> {
  const begun = Date.now();
  let told = begun;
  while (!server.hasEnded()) {
    const file = readPidFile(pgdata);
    if (file?.pid === server.pid && ACCEPTING.has(file.status)) return;
    if (Date.now() - told > 5_000) {
      told = Date.now();
      logger.info({ seconds: Math.round((told - begun) / 1000) }, 'the database is still recovering');
    }
    await pause(10);
  }
  throw startFailed(pgdata, port, await server.ended, server.lastWords());
}

function startFailed(pgdata: string, port: number, ending: string, words: string): EmbeddedPostgresError {
  if (/could not bind/.test(words)) {
    return new EmbeddedPostgresError('port-taken', `Port ${port} of 127.0.0.1, wanted for the database, is taken.`);
  }
  if (/pre-existing shared memory|lock file "postmaster.pid" already exists/.test(words)) {
    return new EmbeddedPostgresError(
      'leftover-running',
      `Sessions of a former Postgres are still at work on ${pgdata}.`,
    );
  }
  if (/no space left|disk quota/i.test(words)) {
    return new EmbeddedPostgresError(
      'disk-full',
      `There is no space left for the database in ${pgdata}. Free some; nothing that was acknowledged is lost.`,
    );
  }
  return new EmbeddedPostgresError('start-failed', `The database in ${pgdata} did not start (${ending}):\n${words}`);
}

/** Fast shutdown, after `withinMs` an immediate one, then killed. Resolves when the server has ended. */
export async function stopServer(server: Server, pgdata: string, withinMs: number): Promise<void> {
  for (const [signal, ms] of [
    ['SIGINT', withinMs],
    ['SIGQUIT', 1_000],
  ] as const) {
    if (server.hasEnded() || server.pid === 0) return;
    sendSignal(server.pid, signal);
    const end = new AbortController();
    await Promise.race([server.ended, pause(ms, undefined, { signal: end.signal }).catch(() => undefined)]);
    end.abort();
  }
  if (server.hasEnded()) return;
  killServer(server, pgdata);
  await server.ended;
}

/** Kills the server and its sessions, stopped ones as well; nothing where it has ended. What was committed is safe. */
export function killServer(server: Server, pgdata: string): void {
  if (server.hasEnded() || server.pid === 0) return;
  for (const pid of new Set([server.pid, ...processesIn(pgdata)])) sendSignal(pid, 'SIGKILL');
}
