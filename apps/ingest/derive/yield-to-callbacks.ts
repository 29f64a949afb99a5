import { performance } from 'node:perf_hooks';
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';

export interface YieldOptions {
  /** How long the oldest unanswered callback has waited, in ms; 0 where none waits. */
  readonly oldestCallbackMs: () => number;
  /** Share of the last half second in which this thread was busy, 0 to 1. Default: its event loop's utilization. */
  readonly utilization?: () => number;
  /** Default: waits for `REST_MS`. */
  readonly rest?: () => Promise<unknown>;
}

/** Resolves when deriving may continue. */
export type YieldToCallbacks = () => Promise<void>;

/** How long deriving keeps the thread at a time, in ms: callbacks wait as long. */
const MAX_SLICE_MS = 4;
/**
 * How long it rests after each slice while callbacks are answered late: they get half of the thread then. With more for them,
 * deriving would fall behind a load that the ledger could keep up with.
 */
const REST_MS = MAX_SLICE_MS;
const MAX_CALLBACK_WAIT_MS = 10;
/** Below this the thread has time for both, and the log is the slow part. */
const BUSY_UTILIZATION = 0.5;
const WINDOW_MS = 500;

/**
 * Lets deriving yield to callbacks: their senders wait for answers and give up after a few attempts, while records wait in the
 * log. Between slices of work the thread's other events run; while callbacks are answered late, deriving rests half of the
 * time, and catches up when fewer arrive.
 */
export function makeYieldToCallbacks(options: YieldOptions): YieldToCallbacks {
  const { oldestCallbackMs, utilization = measureUtilization(), rest = () => pause(REST_MS) } = options;
  let sliceEnds = performance.now() + MAX_SLICE_MS;
  let yielding: Promise<void> | undefined;
  const yieldOnce = async (): Promise<void> => {
    if (oldestCallbackMs() > MAX_CALLBACK_WAIT_MS && utilization() > BUSY_UTILIZATION) await rest();
    else await nextTurn();
    sliceEnds = performance.now() + MAX_SLICE_MS;
    yielding = undefined;
  };
  return async () => {
    if (yielding === undefined && performance.now() < sliceEnds) return;
    await (yielding ??= yieldOnce());
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
