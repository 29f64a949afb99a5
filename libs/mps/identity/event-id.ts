import { contentForm, MAPPER_VERSION } from '@mps-ledger/tasks';
import type { Json, TaskEventType } from '@mps-ledger/tasks';

import { digestOfSorted, sha256 } from '../document/canonical';

/** A change of keys, types, evidence or the forms needs a new version. */
export { MAPPER_VERSION };

/**
 * The id of a fact: the SHA-256 (hex) of the canonical JSON of `["mps1", account, taskId, type, subtaskKey,
 * digest(evidence in content form)]`, with null if there is no task or no subtask. The same fact received twice, or derived again a
 * year later, has the same id; different content has a different id.
 */
export function eventId(
  account: string,
  taskId: string | null,
  type: TaskEventType,
  subtaskKey: string | null,
  evidence: Json,
): string {
  return eventIdOfContent(account, taskId, type, subtaskKey, contentForm(evidence));
}

/** The id of a fact whose evidence is already in content form. */
export function eventIdOfContent(
  account: string,
  taskId: string | null,
  type: TaskEventType,
  subtaskKey: string | null,
  evidence: Json,
): string {
  // An array of texts has no members to sort.
  return sha256(JSON.stringify([MAPPER_VERSION, account, taskId, type, subtaskKey, digestOfSorted(evidence)]));
}
