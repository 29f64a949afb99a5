import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { eventually } from '@mps-ledger/spec-kit';
import { startProgram as startSaying } from '@mps-ledger/testing';
import type { AnchorResult, AnchorTask } from './contract';

/** A contestant's process, or one of several. */
export interface Program {
  readonly pid: number;
  /** Ends it with SIGTERM and waits. */
  stop(): Promise<void>;
  /** Once it has ended, by itself or not: its exit code. */
  readonly ended: Promise<number | null>;
}

const running = new Set<{ kill(): void }>();
process.once('exit', () => running.forEach((one) => one.kill()));

/** Starts a compiled app with these variables and nothing else of the project's; its log goes to stderr when `BENCH_LOG` is set. */
export function startProgram(
  path: string,
  variables: Readonly<Record<string, string>>,
  args: readonly string[] = [],
): Program {
  const child = spawn(process.execPath, ['--enable-source-maps', join(process.cwd(), 'dist', path), ...args], {
    env: {
      PATH: process.env['PATH'] ?? '',
      NODE_ENV: 'production',
      LOG_LEVEL: 'warn',
      SHUTDOWN_DELAY_MS: '0',
      ...variables,
    },
    stdio: ['ignore', 'ignore', process.env['BENCH_LOG'] === undefined ? 'ignore' : 'inherit'],
  });
  return kept(child);
}

/** A program that is not ours. */
export interface Command extends Program {
  /** The end of what it has printed. */
  lastWords(): string;
}

const REMEMBERED = 2_000;

/** Starts a program by its path, with nothing but PATH in its environment. */
export function startCommand(path: string, args: readonly string[]): Command {
  const child = spawn(path, args, { env: { PATH: process.env['PATH'] ?? '' }, stdio: ['ignore', 'pipe', 'pipe'] });
  let words = '';
  for (const output of [child.stdout, child.stderr])
    output.setEncoding('utf8').on('data', (text: string) => {
      if (process.env['BENCH_LOG'] !== undefined) process.stderr.write(text);
      words = (words + text).slice(-REMEMBERED);
    });
  return { ...kept(child), lastWords: () => words.trim() };
}

/** Of a child that does not outlive this process. */
function kept(child: ChildProcess): Program {
  const ended = once(child, 'exit').then(([code]) => code as number | null);
  const one = { kill: () => void child.kill('SIGKILL') };
  running.add(one);
  void ended.then(() => running.delete(one));
  return {
    pid: child.pid ?? 0,
    ended,
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** Runs a compiled program to its end; rejects unless it ends with 0. */
export async function runProgram(
  path: string,
  variables: Readonly<Record<string, string>>,
  args: readonly string[] = [],
): Promise<void> {
  const child = spawn(process.execPath, [join(process.cwd(), 'dist', path), ...args], {
    env: { PATH: process.env['PATH'] ?? '', LOG_LEVEL: 'warn', ...variables },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`${path} ended with ${String(code)}`);
}

/** A running anchor. */
export interface Anchor {
  readonly pid: number;
  /** Ends it with SIGTERM and answers its own account. Rejects where it gives none. */
  stop(): Promise<AnchorResult>;
  /** Ends it, if it still runs, and asks for nothing. */
  end(): Promise<void>;
}

/** Starts an anchor, by its name in bench/anchors, and waits until it reports that it is running. */
export async function startAnchor(name: string, task: AnchorTask): Promise<Anchor> {
  const program = startSaying(`bench/anchors/${name}.js`, task);
  const state = { hasEnded: false };
  const one = { kill: () => program.signal('SIGKILL') };
  running.add(one);
  const ended = program.ended.then((code) => {
    state.hasEnded = true;
    running.delete(one);
    return code;
  });
  const isAtWork = (): boolean => program.said().some(({ ready }) => ready === true);
  await eventually(() => state.hasEnded || isAtWork(), { what: `${name} at work` });
  if (state.hasEnded) throw new Error(`${name} ended at its start\n${program.complaints()}`);
  return {
    pid: program.pid,
    async stop() {
      program.signal('SIGTERM');
      await ended;
      const account = program.said().at(-1);
      if (account?.['items'] === undefined) throw new Error(`${name} gave no account\n${program.complaints()}`);
      return account as unknown as AnchorResult;
    },
    async end() {
      program.signal('SIGTERM');
      await ended;
    },
  };
}

/** Asks until the answer is 200; answers how many seconds that took. Gives up after a minute. */
export async function until200(url: string): Promise<number> {
  const began = performance.now();
  while (performance.now() - began < 60_000) {
    const status = await fetch(url).then(
      (answer) => answer.status,
      () => 0,
    );
    if (status === 200) return (performance.now() - began) / 1000;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`${url} did not answer 200 within a minute`);
}
