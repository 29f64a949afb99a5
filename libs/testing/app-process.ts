import { spawn } from 'node:child_process';
import { join } from 'node:path';
// By its path: jest resolves aliases in specs only, and its global set-up comes here as well.
import { freePort } from '../embedded-postgres/index';

/** How a process ended: by itself with a code, or by a signal. */
export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** An app in a process of its own, as users run it. */
export interface AppProcess {
  readonly pid: number;
  /** All it has said so far. */
  stdout(): string;
  stderr(): string;
  signal(signal: NodeJS.Signals): void;
  readonly ended: Promise<ProcessEnd>;
}

export interface AppOptions {
  /** Variables beside PATH and HOME; nothing else of this process's environment is passed on. */
  readonly env?: Readonly<Record<string, string>>;
  /** Default: the folder this process was started in. */
  readonly cwd?: string;
  /** Of the command line. Default: none. */
  readonly args?: readonly string[];
}

/** Starts a compiled app; `script` is its path below dist/, e.g. `apps/standalone/main.js`. */
export function startApp(script: string, { env = {}, cwd = process.cwd(), args = [] }: AppOptions = {}): AppProcess {
  const inherited = { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '' };
  const child = spawn(process.execPath, ['--enable-source-maps', join(process.cwd(), 'dist', script), ...args], {
    cwd,
    env: { ...inherited, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.stderr += text));
  const ended = new Promise<ProcessEnd>((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
  return {
    pid: child.pid ?? 0,
    stdout: () => said.stdout,
    stderr: () => said.stderr,
    signal: (signal) => void child.kill(signal),
    ended,
  };
}

/**
 * Different ports of 127.0.0.1 that nobody listened on a moment ago, and that no outgoing connection is given: a program can
 * be started on them again and again.
 */
export async function freePorts(count: number): Promise<readonly number[]> {
  const ports = new Set<number>();
  while (ports.size < count) ports.add(await freePort());
  return [...ports];
}
