/**
 * Failpoints: named places in the code at which a test can kill or stop a program. A program reads the variable `FAILPOINTS` only
 * under `NODE_ENV=test` (see `parseFailpoints`); otherwise no failpoint is armed.
 */

/** `kill` sends SIGKILL to this process. `stop` sends SIGSTOP; SIGCONT continues the process. */
export type FailpointAction = 'kill' | 'stop';

/** The action at one failpoint. */
export interface ArmedFailpoint {
  readonly action: FailpointAction;
  /** The passing at which it acts, counted from 1 since the program started. */
  readonly at: number;
}

const SIGNALS = { kill: 'SIGKILL', stop: 'SIGSTOP' } as const satisfies Record<FailpointAction, NodeJS.Signals>;

let armed: ReadonlyMap<string, ArmedFailpoint> | null = null;
const passed = new Map<string, number>();

/** Marks a failpoint. Costs one comparison unless failpoints are armed. */
export function failpoint(name: string): void {
  if (armed !== null) pass(name, armed);
}

/** Arms failpoints for the rest of this process and resets the counts; an empty map disarms all. */
export function armFailpoints(points: ReadonlyMap<string, ArmedFailpoint>): void {
  passed.clear();
  armed = points.size === 0 ? null : points;
}

function pass(name: string, points: ReadonlyMap<string, ArmedFailpoint>): void {
  const point = points.get(name);
  if (point === undefined) return;
  const count = (passed.get(name) ?? 0) + 1;
  passed.set(name, count);
  if (count === point.at) process.kill(process.pid, SIGNALS[point.action]);
}
