import { setTimeout as pause } from 'node:timers/promises';
import { cpuSeconds, peakResidentMib, processTree } from '@mps-ledger/testing';
import type { CpuByProcess, Measurement, Stage } from './contract';

/** Counts CPU time and memory of a contestant from its making on. */
export interface Meter {
  /** CPU time in µs per item since the start of the meter, and the peak memory of the contestant's processes. */
  read(items: number): Required<Pick<Measurement, 'cpuUs' | 'peakRssMb'>>;
}

/**
 * @param stage The stage with the Postgres and the broker, which are measured separately
 * @param program The processes of the contestant, without their children; a Postgres among the children is measured separately
 */
export function startMeter(stage: Pick<Stage, 'pids'>, program: readonly number[]): Meter {
  const own = (postgres = processTree(stage.pids.postgres)): readonly number[] =>
    program.flatMap(processTree).filter((pid) => !postgres.includes(pid));
  const seconds = (): CpuByProcess => {
    const postgres = processTree(stage.pids.postgres);
    return {
      program: cpuSeconds(own(postgres)),
      postgres: cpuSeconds(postgres),
      broker: cpuSeconds(processTree(stage.pids.broker)),
    };
  };
  const before = seconds();
  return {
    read(items) {
      const now = seconds();
      const each = (name: keyof CpuByProcess): number => ((now[name] - before[name]) * 1e6) / Math.max(1, items);
      return {
        cpuUs: { program: each('program'), postgres: each('postgres'), broker: each('broker') },
        peakRssMb: peakResidentMib(own()),
      };
    },
  };
}

export interface ProgressOptions {
  readonly stage: Stage;
  /** The contestant's processes, without those below them. */
  readonly program: readonly number[];
  /** Items done when the work is done. */
  readonly total: number;
  /** How many are done by now: cheap, as it is asked every 20 ms. */
  readonly done: () => Promise<number>;
  /** Gives up where nothing was done for so long, in seconds. Default 60. */
  readonly patienceSeconds?: number;
}

/** What was done while the watch ran. */
export interface Progress extends Required<Pick<Measurement, 'cpuUs' | 'peakRssMb' | 'extrapolated'>> {
  /** Per second. */
  readonly rate: number;
  /** All that is done, with what was done before the watch started. */
  readonly done: number;
}

const LOOK_EVERY_MS = 20;

/**
 * Times work that runs without further input: from the first items that are seen done until all are, or until the time limit. Rejects
 * where nothing is done for too long.
 */
export async function measureProgress(options: ProgressOptions): Promise<Progress> {
  const [progress] = await measureMarks(options, [options.total]);
  if (progress === undefined) throw new Error('nothing was measured');
  return progress;
}

/** Times the same work with intermediate marks: calls back when this number of items is done; `marks` ascend, and the last is all. */
export async function measureMarks(options: ProgressOptions, marks: readonly number[]): Promise<readonly Progress[]> {
  const { stage, program, total, done } = options;
  const already = await untilMore(options, 0);
  if (already >= total) throw new Error('all was done before the watch could start: give it more events');
  const [began, meter] = [performance.now(), startMeter(stage, program)];
  const limit = began + stage.options.limitSeconds * 1000;
  let now = already;
  const reached: Progress[] = [];
  for (const mark of marks) {
    while (now < mark && performance.now() < limit) {
      await pause(LOOK_EVERY_MS);
      now = await done();
    }
    const seconds = (performance.now() - began) / 1000;
    const items = Math.max(0, now - already);
    reached.push({ rate: items / seconds, done: now, extrapolated: now < mark, ...meter.read(items) });
  }
  return reached;
}

async function untilMore({ done, patienceSeconds = 60 }: ProgressOptions, than: number): Promise<number> {
  const limit = performance.now() + patienceSeconds * 1000;
  for (;;) {
    const now = await done();
    if (now > than) return now;
    if (performance.now() > limit) throw new Error(`nothing was done within ${patienceSeconds} seconds`);
    await pause(LOOK_EVERY_MS);
  }
}
