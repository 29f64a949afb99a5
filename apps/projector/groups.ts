import { projectGroup, rejectedGroup, TOPICS } from '@mps-ledger/records';

/** Group by followed topic. A projector with another schema of the read model is another group, so that both read all partitions. */
export function groupsOf(schema: string): ReadonlyMap<string, string> {
  return new Map([
    [TOPICS.events, projectGroup(schema)],
    [TOPICS.rejected, rejectedGroup(schema)],
  ]);
}
