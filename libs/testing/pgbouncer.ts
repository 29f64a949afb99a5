import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@mps-ledger/spec-kit';
import { freePorts } from './app-process';
import { findPgBouncer } from './find-pgbouncer';

export interface PgBouncerOptions {
  /** URL of the server behind it. */
  readonly url: string;
  /** Pool mode. Default `transaction`. */
  readonly mode?: 'transaction' | 'session' | 'statement';
  /** Connections to the server for each database and user. Default 3. */
  readonly poolSize?: number;
  /** Further users that may log in, with passwords. */
  readonly users?: Readonly<Record<string, string>>;
  /** Additional lines of its configuration. */
  readonly lines?: readonly string[];
}

/** A separate PgBouncer for one spec, on its own port. */
export interface PgBouncer {
  /** Converts a URL of the server to one that leads through PgBouncer. */
  through(url: string): string;
  /** Number of logins so far. */
  logins(): number;
  /** Kills it; all connections break. */
  kill(): Promise<void>;
  /** Restarts it on the same port. */
  start(): Promise<void>;
  close(): Promise<void>;
}

const NOBODY = 65_534;

/** `describe`, or `describe.skip` where PgBouncer is not installed: such specs are counted (tools/jest-skipped.cjs). */
export const describePgBouncer = ((...given: Parameters<jest.Describe>) =>
  ((process.env['TEST_PGBOUNCER_MISSING'] ?? '') === '' ? describe : describe.skip)(...given)) as jest.Describe;

/** Starts a PgBouncer before a server; `close` stops it. */
export async function startPgBouncer(options: PgBouncerOptions): Promise<PgBouncer> {
  const program = findPgBouncer();
  if (program === undefined) throw new Error('pgbouncer is not installed');
  const [port = 0] = await freePorts(1);
  const folder = mkdtempSync(join(tmpdir(), 'pgbouncer-'));
  const file = writeConfiguration(folder, port, options);
  const bouncer = makeProcess(program, file);
  await bouncer.start();
  return {
    through(url) {
      const address = new URL(url);
      address.host = `127.0.0.1:${port}`;
      return address.href;
    },
    logins: bouncer.logins,
    kill: () => bouncer.end('SIGKILL'),
    start: () => bouncer.start(),
    async close() {
      await bouncer.end('SIGTERM');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The process of a PgBouncer, which can be stopped and restarted. */
function makeProcess(program: string, file: string) {
  let running: ChildProcess | undefined;
  let logins = 0;
  return {
    logins: () => logins,
    async start(): Promise<void> {
      // PgBouncer does not run as root.
      const as = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
      const child = spawn(program, [file], { ...as, stdio: ['ignore', 'ignore', 'pipe'] });
      running = child;
      let said = '';
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        said += text;
        logins += text.split('login attempt').length - 1;
      });
      await eventually(() => said.includes('process up') || child.exitCode !== null, { what: 'a PgBouncer' });
      if (child.exitCode !== null) throw new Error(`pgbouncer ended: ${said}`);
    },
    async end(signal: NodeJS.Signals): Promise<void> {
      const child = running;
      running = undefined;
      if (child === undefined || child.exitCode !== null) return;
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill(signal);
      await gone;
    },
  };
}

function writeConfiguration(folder: string, port: number, options: PgBouncerOptions): string {
  const server = new URL(options.url);
  const users = { [decodeURIComponent(server.username)]: decodeURIComponent(server.password), ...options.users };
  const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
  const list = Object.entries(users).map(([user, password]) => `${quoted(user)} ${quoted(password)}`);
  writeFileSync(join(folder, 'users.txt'), `${list.join('\n')}\n`);
  const lines = [
    '[databases]',
    `* = host=${server.hostname} port=${server.port}`,
    '[pgbouncer]',
    'listen_addr = 127.0.0.1',
    `listen_port = ${port}`,
    'unix_socket_dir =',
    'auth_type = scram-sha-256',
    `auth_file = ${join(folder, 'users.txt')}`,
    `pool_mode = ${options.mode ?? 'transaction'}`,
    `default_pool_size = ${options.poolSize ?? 3}`,
    'max_client_conn = 500',
    'server_login_retry = 1',
    ...(options.lines ?? []),
  ];
  const file = join(folder, 'pgbouncer.ini');
  writeFileSync(file, `${lines.join('\n')}\n`);
  for (const one of [folder, file, join(folder, 'users.txt')]) chmodSync(one, 0o755);
  return file;
}
