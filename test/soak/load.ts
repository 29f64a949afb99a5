import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Greeting } from '../standalone/process';
import { runTool } from './run-tool';

export interface LoadOptions {
  /** Notifications a second. */
  readonly rate: number;
  readonly connections: number;
  /** Of the first round; each further one takes the next. */
  readonly seed: number;
  /** Where journals and truths are left. */
  readonly folder: string;
  readonly greeting: Greeting;
}

export interface Round {
  readonly journal: string;
  readonly truth: string;
}

export interface Load {
  readonly rounds: readonly Round[];
  /** Acknowledged. */
  readonly sends: number;
  /** After each round, the API answered for each task what follows from what was acknowledged. */
  readonly agreed: boolean;
}

/** Tasks in a round: a minute or so of load, so that the simulator's own memory stays small. */
const TASKS_PER_RATE = 10;
const HOSTILITIES = { duplicate: 0.2, reorder: 0.3, late: 0.1, lose: 0.02, contradict: 0.02, unknown: 0.05 };

/** Lets the simulator play rounds, one after the other, until the time is over (`performance.now()`). */
export async function loadUntil(until: number, options: LoadOptions): Promise<Load> {
  const rounds: Round[] = [];
  let agreed = true;
  while (performance.now() < until) {
    const seed = options.seed + rounds.length;
    const round = { journal: join(options.folder, `${seed}.journal`), truth: join(options.folder, `${seed}.truth`) };
    const code = await runTool('apps/simulator/main.js', argumentsOf(options, seed, round));
    if (code !== 0 && code !== 3) throw new Error(`the simulator ended with ${code}`);
    if (code === 3) agreed = false;
    rounds.push(round);
  }
  const counts = await Promise.all(rounds.map(({ journal }) => acknowledgedIn(journal)));
  return { rounds, sends: counts.reduce((sum, count) => sum + count, 0), agreed };
}

function argumentsOf({ rate, connections, greeting }: LoadOptions, seed: number, { journal, truth }: Round): string[] {
  const settings = {
    ...{ to: greeting.callbacks, check: greeting.api, mode: 'change', seed, rate, connections },
    ...{ tasks: Math.ceil(rate * TASKS_PER_RATE), journal, truth, ...HOSTILITIES },
  };
  return Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
}

async function acknowledgedIn(journal: string): Promise<number> {
  let count = 0;
  for await (const line of createInterface({ input: createReadStream(journal) })) {
    if ((JSON.parse(line) as { status: number | null }).status === 200) count += 1;
  }
  return count;
}
