import type { Json, TaskEventType } from '@mps-ledger/tasks';

import type { JsonObject } from '../document/json';

export type FindingType = Exclude<TaskEventType, 'notification.received'>;

/** Which subtask a finding is about, as its event says it. */
export interface Subject {
  readonly key: string;
  readonly kind: string;
  readonly definition: string | undefined;
}

/** One fact read from a task's body, before it is known as an event: whose it is and how it was heard come later. */
export interface Finding {
  readonly type: FindingType;
  /** Absent where it is about the task. */
  readonly subtask?: Subject;
  /** The provider's own fields that it rests on, in content form; its event's data is made of them. */
  readonly evidence: JsonObject;
  /** The provider's time of the fact, taken from the evidence. */
  readonly time?: Json | undefined;
}
