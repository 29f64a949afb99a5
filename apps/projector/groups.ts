import { projectionSchema } from '@mps-ledger/read-model';
import { projectGroup, TOPICS } from '@mps-ledger/records';

/** Follows the events. Another build of the read model, in another schema, is another group: neither takes the other's partitions. */
export const EVENTS_GROUP = projectGroup(projectionSchema);

/** Follows what was rejected. */
export const REJECTED_GROUP = `${EVENTS_GROUP}.rejected`;

/** The topics that are followed, each with its group. */
export const FOLLOWED: ReadonlyMap<string, string> = new Map([
  [TOPICS.events, EVENTS_GROUP],
  [TOPICS.rejected, REJECTED_GROUP],
]);
