/**
 * Failpoints: named places at which a program that is tested can be made to die or to stand still. A program honours the
 * variable `FAILPOINTS` only under `NODE_ENV=test` (see `failpointsOf`); elsewhere nothing is ever armed.
 */

/** `kill`: SIGKILL to this process, as if it were cut off there. `stop`: SIGSTOP; it goes on where it stood on a SIGCONT. */
export type FailpointAction = 'kill' | 'stop';

/** What happens at one failpoint. */
export interface Armed {
  readonly action: FailpointAction;
  /** At which passing, counted from 1 since the program was started. */
  readonly at: number;
}

const SIGNALS = { kill: 'SIGKILL', stop: 'SIGSTOP' } as const satisfies Record<FailpointAction, NodeJS.Signals>;

let armed: ReadonlyMap<string, Armed> | null = null;
const passed = new Map<string, number>();

/** Passes a failpoint. Does nothing, at the cost of a comparison, unless it is armed. */
export function failpoint(name: string): void {
  if (armed !== null) pass(name, armed);
}

/** Arms failpoints for the rest of this process, counting passings anew; an empty map disarms all. */
export function armFailpoints(points: ReadonlyMap<string, Armed>): void {
  passed.clear();
  armed = points.size === 0 ? null : points;
}

function pass(name: string, points: ReadonlyMap<string, Armed>): void {
  const point = points.get(name);
  if (point === undefined) return;
  const count = (passed.get(name) ?? 0) + 1;
  passed.set(name, count);
  if (count === point.at) process.kill(process.pid, SIGNALS[point.action]);
}
