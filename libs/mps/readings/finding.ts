import type { Json, TaskEventType } from '@mps-ledger/tasks';

import type { JsonObject } from '../document/json';

export type FindingType = Exclude<TaskEventType, 'notification.received'>;

/** The subtask of a finding, as in its event. */
export interface Subject {
  readonly key: string;
  readonly kind: string;
  readonly definition: string | undefined;
}

/** One fact read from a task's body. With account, task and hearing it becomes an event. */
export interface Finding {
  readonly type: FindingType;
  /** Absent if the fact is about the task. */
  readonly subtask?: Subject;
  /** The provider's fields that state the fact, in content form; the data of the event is made of them. */
  readonly evidence: JsonObject;
  /** The provider's time of the fact, taken from the evidence. */
  readonly time?: Json | undefined;
}
