import type { Bench } from '../contract';
import { catchUp } from './catch-up';
import { derive } from './derive';
import { disk } from './disk';
import { embedded } from './embedded';
import { feed } from './feed';
import { ingest } from './ingest';
import { largeTasks } from './large-tasks';
import { latency } from './latency';
import { mpsApi } from './mps-api';
import { project } from './project';
import { query } from './query';
import { rebuild } from './rebuild';
import { sources } from './sources';
import { start } from './start';

/** All benches, in the order in which they are run. */
export const BENCHES: readonly Bench[] = [
  ingest,
  derive,
  project,
  catchUp,
  largeTasks,
  disk,
  latency,
  embedded,
  start,
  query,
  feed,
  rebuild,
  mpsApi,
  sources,
];
