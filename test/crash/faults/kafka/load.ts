import type { LoadOptions } from '../../load';

/** Of many short rounds: some 130 sends within a second and a half. */
export const SHORT: LoadOptions = { tasks: 40, rate: 90 };

/** The same over some seconds, for faults that take a while. */
export const STEADY: LoadOptions = { tasks: 40, rate: 30 };
