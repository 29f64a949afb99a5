import type { Bench } from '../contract';
import { derive } from './derive';
import { ingest } from './ingest';
import { latency } from './latency';

/** All benches, in the order in which they are run. */
export const BENCHES: readonly Bench[] = [ingest, derive, latency];
