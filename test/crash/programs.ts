import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import type { ProcessEnd } from '@mps-ledger/testing';

export type Variables = Readonly<Record<string, string>>;

/** A program in its own process, with its output in files. */
export interface RunningProgram {
  readonly name: string;
  readonly pid: number;
  readonly ended: Promise<ProcessEnd>;
  isRunning(): boolean;
  signal(signal: NodeJS.Signals): void;
}

export interface StartOptions {
  /** Name of its output files. */
  readonly name: string;
  /** Its path below dist/. */
  readonly script: string;
  readonly args?: readonly string[];
  /** Environment variables besides PATH and HOME; no others are inherited. */
  readonly variables: Variables;
  /** Its output is appended to `<name>.out` and `<name>.err` there. */
  readonly folder: string;
  /** Scripts that are loaded before it. Default: none. */
  readonly preload?: readonly string[];
}

const running = new Set<RunningProgram>();
process.once('exit', () => running.forEach((program) => program.signal('SIGKILL')));

/** Starts a compiled program. It is killed if this process ends first. */
export function startProgram(options: StartOptions): RunningProgram {
  const { name, script, args = [], variables, folder, preload = [] } = options;
  const [out, err] = ['out', 'err'].map((kind) => openSync(join(folder, `${name}.${kind}`), 'a'));
  const nodeArgs = ['--enable-source-maps', ...preload.flatMap((path) => ['--require', join(process.cwd(), path)])];
  const child = spawn(process.execPath, [...nodeArgs, join(process.cwd(), 'dist', script), ...args], {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...variables },
    stdio: ['ignore', out, err],
  });
  for (const file of [out, err]) if (file !== undefined) closeSync(file);
  let isOver = false;
  const program: RunningProgram = {
    name,
    pid: child.pid ?? 0,
    ended: new Promise((resolve) => {
      child.once('exit', (code, signal) => {
        isOver = true;
        running.delete(program);
        resolve({ code, signal });
      });
    }),
    isRunning: () => !isOver,
    signal: (signal) => void child.kill(signal),
  };
  running.add(program);
  return program;
}

/** Sends SIGTERM and waits; kills the program after `withinMs`. Returns how it ended. */
export async function endProgram(program: RunningProgram, withinMs = 15_000): Promise<ProcessEnd> {
  program.signal('SIGTERM');
  const timer = setTimeout(() => program.signal('SIGKILL'), withinMs);
  const ending = await program.ended;
  clearTimeout(timer);
  return ending;
}

/** Kills a program and waits for its end. */
export async function killProgram(program: RunningProgram): Promise<void> {
  program.signal('SIGKILL');
  await program.ended;
}
