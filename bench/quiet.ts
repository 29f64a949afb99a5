import { cpus, loadavg } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';

/** What else the machine was doing just before something was measured. */
export interface Surroundings {
  /** Share of all cores that was busy, from 0 to 1. */
  readonly busy: number;
  /** Load average of the last minute; includes what was measured before. */
  readonly load: number;
  /** Little enough else went on for figures to be compared with others. */
  readonly quiet: boolean;
}

const QUIET_BELOW = 0.1;

/** Watches the machine for a while in which this process does nothing, in ms. */
export async function surroundings(ms = 2_000): Promise<Surroundings> {
  const before = coreTimes();
  await pause(ms);
  const after = coreTimes();
  const busy = 1 - (after.idle - before.idle) / Math.max(1, after.all - before.all);
  return { busy, load: loadavg()[0] ?? 0, quiet: busy < QUIET_BELOW };
}

/** Milliseconds of all cores since they started, and how many of them idle. */
function coreTimes(): { readonly all: number; readonly idle: number } {
  const times = cpus().map((core) => core.times);
  const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
  return { all: sum(times.flatMap((time) => Object.values(time))), idle: sum(times.map(({ idle }) => idle)) };
}
