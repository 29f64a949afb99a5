import { projectGroup, rejectedGroup, TOPICS } from '@mps-ledger/records';

/** The followed topics. */
export const FOLLOWED: readonly string[] = [TOPICS.events, TOPICS.rejected];

/** Group by followed topic. A projector with another schema of the read model is another group, so that both read all partitions. */
export function groupsOf(schema: string): ReadonlyMap<string, string> {
  return new Map([
    [TOPICS.events, projectGroup(schema)],
    [TOPICS.rejected, rejectedGroup(schema)],
  ]);
}

/** Topics whose records expire, also before they are applied. */
export const EXPIRING: ReadonlySet<string> = new Set([TOPICS.rejected]);
