import type { Bench } from '../contract';
import { ingest } from './ingest';

/** All benches, in the order in which they are run. */
export const BENCHES: readonly Bench[] = [ingest];
