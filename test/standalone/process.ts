import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { eventually } from '@mps-ledger/spec-kit';
import { type ProcessEnd } from '@mps-ledger/testing';

export interface StartOptions {
  /** The checkout it is started in. Default: this one. */
  readonly tree?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** By `npm start` instead of by node. Default false. */
  readonly npm?: boolean;
  /** The user it runs as. Default: this one. */
  readonly as?: { readonly uid: number; readonly gid: number };
}

/** What it prints when it runs. */
export interface Greeting {
  readonly api: string;
  readonly callbacks: string;
  /** Where the data is, in words. */
  readonly data: string;
  /** The commands to copy. */
  readonly commands: readonly string[];
}

/** The standalone program as users run it, on ports that the system chooses. */
export interface Standalone {
  /** Of npm, or of the program itself. */
  readonly pid: number;
  /** Resolves when it has said what runs where; rejects if it ends before. */
  greeting(): Promise<Greeting>;
  stdout(): string;
  stderr(): string;
  /** Of what was started: npm, or node itself. */
  signal(signal: NodeJS.Signals): void;
  /** A Ctrl-C at a terminal reaches all processes of the group. */
  ctrlC(): void;
  readonly ended: Promise<ProcessEnd>;
}

const running = new Set<Standalone>();

export function startStandalone({ tree = process.cwd(), env = {}, npm = false, as }: StartOptions = {}): Standalone {
  const [command, args] = npm
    ? ['npm', ['start', '--silent']]
    : [process.execPath, ['--enable-source-maps', join(tree, 'dist', 'apps', 'standalone', 'main.js')]];
  const child = spawn(command, args, {
    ...as,
    cwd: tree,
    detached: true,
    env: { PATH: process.env['PATH'], HOME: tree, API_PORT: '0', CALLBACK_PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.stderr += text));
  let over = false;
  const ended = new Promise<ProcessEnd>((resolve) => {
    child.once('close', (code, signal) => {
      over = true;
      resolve({ code, signal });
    });
  });
  const started: Standalone = {
    pid: child.pid ?? 0,
    greeting: async () => {
      const what = 'the greeting';
      const done = await eventually(() => over || said.stdout.includes('Ctrl-C'), { timeoutMs: 90_000, what });
      if (!done || over) throw new Error(`it ended early: ${said.stdout}${said.stderr}`);
      return greetingIn(said.stdout);
    },
    stdout: () => said.stdout,
    stderr: () => said.stderr,
    signal: (signal) => void child.kill(signal),
    ctrlC: () => process.kill(-(child.pid ?? 0), 'SIGINT'),
    ended,
  };
  running.add(started);
  void ended.then(() => running.delete(started));
  return started;
}

function greetingIn(text: string): Greeting {
  const after = (label: string): string => new RegExp(`^  ${label} +(.*)$`, 'm').exec(text)?.[1] ?? '';
  return {
    api: after('API').split(' ')[0] ?? '',
    callbacks: after('callbacks'),
    data: after('data'),
    commands: [...text.matchAll(/^ {2}(curl .*)$/gm)].map(([, command]) => command ?? ''),
  };
}

/** Ends what a spec left running. For `afterEach`. */
export async function endAll(): Promise<void> {
  const left = [...running];
  for (const one of left) one.signal('SIGTERM');
  await Promise.all(left.map((one) => one.ended));
}

/** The embedded Postgres that runs on a data folder. */
export interface ServerOf {
  readonly pid: number;
  readonly port: number;
}

export function serverOn(dataDir: string): ServerOf {
  const lines = readFileSync(join(dataDir, 'postgres', 'pgdata', 'postmaster.pid'), 'utf8').split('\n');
  return { pid: Number(lines[0]), port: Number(lines[3]) };
}

/** Whether anything listens on a port of this machine. */
export function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
  });
}
