import type { Json, TaskEventType } from '@mps-ledger/tasks';

import { digestOf } from './canonical';
import { normalForm } from './normal-form';

/** The mapping's version. A mapper that changes keys, types, evidence or the normal form needs another one. */
export const MAPPER_VERSION = 'mps1';

/**
 * The id of a fact: the SHA-256 (hex) of the canonical JSON of `["mps1", account, taskId, type, subtaskKey,
 * digest(evidence in normal form)]`, with null where there is no task or no subtask. The same fact heard twice, by two
 * transports, or derived again a year later has the same id; different content has a different one.
 */
export function eventId(
  account: string,
  taskId: string | null,
  type: TaskEventType,
  subtaskKey: string | null,
  evidence: Json,
): string {
  return eventIdOfNormal(account, taskId, type, subtaskKey, normalForm(evidence));
}

/** The same for evidence that is in normal form already. */
export function eventIdOfNormal(
  account: string,
  taskId: string | null,
  type: TaskEventType,
  subtaskKey: string | null,
  evidence: Json,
): string {
  return digestOf([MAPPER_VERSION, account, taskId, type, subtaskKey, digestOf(evidence)]);
}
