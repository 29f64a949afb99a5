import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** One line that a spec's program printed, parsed. */
export type PrintedLine = Readonly<Record<string, unknown>>;

/** A small program for specs, in its own process, that prints one JSON object per line. */
export interface RunningProgram {
  readonly pid: number;
  /** The lines printed so far; an incomplete line is left out. */
  said(): PrintedLine[];
  /** Its standard error so far. */
  complaints(): string;
  signal(signal: NodeJS.Signals): void;
  /** Resolves when it has ended, with its exit code, or null after a signal. */
  readonly ended: Promise<number | null>;
}

/**
 * Starts a compiled program, given by its path below dist/ (`libs/testing/programs/follow-log.js`), with its arguments as JSON in the
 * variable `ARGUMENTS`. The spec has to end it.
 */
export function startProgram(script: string, args: object): RunningProgram {
  const child = spawn(process.execPath, ['--enable-source-maps', join(process.cwd(), 'dist', script)], {
    env: { PATH: process.env['PATH'], ARGUMENTS: JSON.stringify(args) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let complaints = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaints += text));
  return {
    pid: child.pid ?? 0,
    said: () =>
      output
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line) as PrintedLine),
    complaints: () => complaints,
    signal: (signal) => void child.kill(signal),
    ended: once(child, 'close').then(([code]) => code as number | null),
  };
}
