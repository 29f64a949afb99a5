import { projectionSchema } from '@mps-ledger/read-model';
import { projectGroup, TOPICS } from '@mps-ledger/records';

/** Group that follows the event topic. A build with another schema of the read model is another group, so that both read all partitions. */
export const EVENTS_GROUP = projectGroup(projectionSchema);

/** Group that follows the topic of rejected records. */
export const REJECTED_GROUP = `${EVENTS_GROUP}.rejected`;

/** Group by followed topic. */
export const FOLLOWED: ReadonlyMap<string, string> = new Map([
  [TOPICS.events, EVENTS_GROUP],
  [TOPICS.rejected, REJECTED_GROUP],
]);

/** Topics whose records expire, also before they are applied. */
export const EXPIRING: ReadonlySet<string> = new Set([TOPICS.rejected]);
