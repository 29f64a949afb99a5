import { entriesOf } from '@mps-ledger/tasks';
import type { ListedCounts } from '@mps-ledger/tasks';

import type { Subject } from './finding';

/** The number of subtasks that a notification shows, twins counted, by entry. */
export function listedOf(subtasks: readonly Subject[]): ListedCounts {
  const counts = new Map<string, number>();
  for (const { key } of subtasks) {
    const { own, kind } = entriesOf(key);
    for (const entry of new Set([own, kind])) counts.set(entry, (counts.get(entry) ?? 0) + 1);
  }
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}
