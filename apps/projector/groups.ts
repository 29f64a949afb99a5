import { PROJECTION } from '@mps-ledger/read-model';
import { FOLD_VERSION } from '@mps-ledger/tasks';
import { TOPICS } from '@mps-ledger/wire';

/** Follows the events. Another fold version is another group: neither takes the other's partitions. */
export const EVENTS_GROUP = `mps-ledger.project.${PROJECTION}.${FOLD_VERSION}`;

/** Follows what was rejected. */
export const REJECTED_GROUP = `${EVENTS_GROUP}.rejected`;

/** The topics that are followed, each with its group. */
export const FOLLOWED: ReadonlyMap<string, string> = new Map([
  [TOPICS.events, EVENTS_GROUP],
  [TOPICS.rejected, REJECTED_GROUP],
]);
