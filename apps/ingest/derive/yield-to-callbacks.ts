import { performance } from 'node:perf_hooks';
import { setImmediate as turn, setTimeout as pause } from 'node:timers/promises';

export interface GiveWayOptions {
  /** How long the callback that has waited longest for its answer has waited, in ms; 0 where none waits. */
  readonly callbacksWait: () => number;
  /** Share of the last half second in which this process's thread was busy, 0 to 1. Default: its event loop's. */
  readonly utilization?: () => number;
  /** Default: waits for `REST_MS`. */
  readonly rest?: () => Promise<unknown>;
}

/** Resolves when deriving may go on. */
export type GiveWay = () => Promise<void>;

/** For so long at a time deriving keeps the thread, in ms: callbacks that come meanwhile wait as long. */
const SLICE_MS = 4;
/**
 * How long it rests after each slice while callbacks are answered late: they have half of the thread then. With more of it,
 * a load that the ledger could keep up with falls behind for as long as it lasts.
 */
const REST_MS = SLICE_MS;
const LATE_MS = 10;
/** Below this the thread has time for both, and it is the log that is slow. */
const BUSY = 0.5;
const WINDOW_MS = 500;

/**
 * Deriving gives way to callbacks: whoever sends one waits for its answer and gives up after a few tries, while what is to be
 * derived waits in the log. Between slices of work the thread's other events have their turn; while callbacks are answered
 * late, deriving rests half of the time, and makes up for it when fewer come.
 */
export function makeGiveWay(options: GiveWayOptions): GiveWay {
  const { callbacksWait, utilization = measureUtilization(), rest = () => pause(REST_MS) } = options;
  let sliceEnds = performance.now() + SLICE_MS;
  let way: Promise<void> | undefined;
  const give = async (): Promise<void> => {
    if (callbacksWait() > LATE_MS && utilization() > BUSY) await rest();
    else await turn();
    sliceEnds = performance.now() + SLICE_MS;
    way = undefined;
  };
  return async () => {
    if (way === undefined && performance.now() < sliceEnds) return;
    await (way ??= give());
  };
}

function measureUtilization(): () => number {
  let since = performance.eventLoopUtilization();
  let until = performance.now() + WINDOW_MS;
  let last = 0;
  return () => {
    if (performance.now() < until) return last;
    const now = performance.eventLoopUtilization();
    last = performance.eventLoopUtilization(now, since).utilization;
    since = now;
    until = performance.now() + WINDOW_MS;
    return last;
  };
}
