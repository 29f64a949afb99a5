import type { Json, TaskEvent, TaskEventType } from '@mps-ledger/tasks';

import type { JsonObject } from './json';

export type FindingType = Exclude<TaskEventType, 'notification.received'>;

type DataOf<Type extends FindingType> = Extract<TaskEvent, { type: Type }>['data'];

/** One fact read from a task's body, before it is known as an event: whose it is and how it was heard come later. */
export interface Finding {
  readonly type: FindingType;
  /** The key of the subtask it is about; null if it is about the task. */
  readonly key: string | null;
  /** The provider's own fields that it rests on, in normal form. */
  readonly evidence: JsonObject;
  /** The provider's time of the fact, taken from the evidence. */
  readonly occurred: Json | undefined;
  /** The event's data but for whose it is: a function of type, key and evidence. */
  readonly details: object;
}

/** A finding whose details are checked against the data of its event type. */
export function finding<Type extends FindingType>(
  type: Type,
  key: string | null,
  evidence: JsonObject,
  details: Omit<DataOf<Type>, 'account' | 'task_id'>,
  occurred?: Json,
): Finding {
  return { type, key, evidence, occurred, details };
}
