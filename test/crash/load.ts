import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '@mps-ledger/spec-kit';
import { BrokenPromise } from './promises';
import { startProgram, type RunningProgram } from './programs';
import type { Target } from './targets/target';

/** Options of the simulator. */
export interface LoadOptions {
  /** Number of tasks. Default 100. */
  readonly tasks?: number;
  /** Maximum sends per second. Default 150. */
  readonly rate?: number;
  /** Default 16. */
  readonly connections?: number;
}

/** A running simulator. Like MPS, it repeats sends that are not answered, or answered 503. */
export interface Load {
  readonly journal: string;
  readonly truth: string;
  /** Resolves when the results of this number of sends are known. Rejects if the simulator ends before. */
  sent(count: number): Promise<void>;
  isOver(): boolean;
  /** Resolves when everything is sent and answered, and the API's answers are correct. Rejects with a `BrokenPromise`. */
  finish(): Promise<void>;
  /** Kills it. */
  end(): Promise<void>;
}

/** The results of the sends in a journal. */
export interface Sends {
  readonly all: number;
  readonly acknowledged: number;
}

const SIMULATOR = 'apps/simulator/main.js';
const HOSTILITIES = { duplicate: 0.1, reorder: 0.2, late: 0.05, lose: 0.02, contradict: 0.02, unknown: 0.05 };
/** How long the simulator retries a send, in seconds: longer than any fault lasts. */
const RETRY_FOR = 120;
/** How long it waits until all is visible, in seconds: a source whose key was wrong is tried again after a minute. */
const WAIT = 180;

export function startLoad(target: Target, seed: number, options: LoadOptions = {}): Load {
  const { tasks = 100, rate = 150, connections = 16 } = options;
  const [journal, truth] = ['journal', 'truth'].map((name) => join(target.folder, `${name}-${seed}.ndjson`)) as [
    string,
    string,
  ];
  const chances = Object.entries(HOSTILITIES).flatMap(([name, chance]) => [`--${name}`, `${chance}`]);
  const numbers = { tasks, rate, connections, seed, 'retry-for': RETRY_FOR, wait: WAIT };
  const given = Object.entries(numbers).flatMap(([name, value]) => [`--${name}`, `${value}`]);
  const files = ['--journal', journal, '--truth', truth];
  const { via, to } = target.way ?? { via: 'http', to: target.callbacks };
  const program = startProgram({
    name: `simulator-${seed}`,
    script: SIMULATOR,
    args: ['--via', via, '--to', to, '--check', target.api, '--mode', 'change', ...given, ...chances, ...files],
    variables: {},
    folder: target.folder,
  });
  return {
    journal,
    truth,
    sent: (count) => untilSent(program, journal, count),
    isOver: () => !program.isRunning(),
    finish: () => finished(program),
    async end() {
      program.signal('SIGKILL');
      await program.ended;
    },
  };
}

async function untilSent(program: RunningProgram, journal: string, count: number): Promise<void> {
  const what = `${count} sends of ${program.name}`;
  await eventually(() => !program.isRunning() || sendsIn(journal).all >= count, { timeoutMs: 120_000, what });
}

async function finished(program: RunningProgram): Promise<void> {
  const { code, signal } = await program.ended;
  if (code === 0) return;
  throw new BrokenPromise(`${program.name} ended with ${signal ?? code}: see its .out and .err`);
}

/** Reads a journal, which may still be written. */
export function sendsIn(journal: string): Sends {
  const lines = existsSync(journal) ? readFileSync(journal, 'utf8').split('\n').slice(0, -1) : [];
  const acknowledged = lines.filter((line) => (JSON.parse(line) as { status: number | null }).status === 200);
  return { all: lines.length, acknowledged: acknowledged.length };
}
