import { spawn } from 'node:child_process';
import { join } from 'node:path';
// By its path: jest resolves aliases in specs only, and its global set-up comes here as well.
import { freePort } from '../embedded-postgres/index';

/** How a process ended: with an exit code, or by a signal. */
export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** An app in its own process, as users run it. */
export interface AppProcess {
  readonly pid: number;
  /** Its output so far. */
  stdout(): string;
  stderr(): string;
  signal(signal: NodeJS.Signals): void;
  readonly ended: Promise<ProcessEnd>;
}

export interface AppOptions {
  /** Environment variables besides PATH and HOME; no others are inherited from this process. */
  readonly env?: Readonly<Record<string, string>>;
  /** Working folder. Default: that of this process. */
  readonly cwd?: string;
  /** Command line arguments. Default: none. */
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
 * Distinct free ports of 127.0.0.1, outside of the range for outgoing connections, so that a program can be restarted on them.
 */
export async function freePorts(count: number): Promise<readonly number[]> {
  const ports = new Set<number>();
  while (ports.size < count) ports.add(await freePort());
  return [...ports];
}
