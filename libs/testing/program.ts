import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** One line that a program of a spec printed. */
export type PrintedLine = Readonly<Record<string, unknown>>;

/** A small program of a spec, in a process of its own, that prints a JSON object a line. */
export interface RunningProgram {
  readonly pid: number;
  /** What it has said so far; a line still being written is left out. */
  said(): PrintedLine[];
  /** Everything on its standard error. */
  complaints(): string;
  signal(signal: NodeJS.Signals): void;
  /** Resolves when it is gone, with its exit code, or null after a signal. */
  readonly ended: Promise<number | null>;
}

/**
 * Starts a compiled program, by its path below dist/ (`libs/testing/programs/follow-log.js`), with its arguments as JSON
 * in the variable `ARGUMENTS`. The spec ends it.
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
