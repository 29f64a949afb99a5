import type { LoadOptions } from '../../load';

/** Of many short rounds: some 140 sends within a second. */
export const SHORT: LoadOptions = { tasks: 40, rate: 150 };

/** The same over some seconds, for faults that take a while. */
export const STEADY: LoadOptions = { tasks: 40, rate: 30 };
