import type { Confirmation, ErrorClass, Json, Outcome, TaskKind, TaskStatus, TaskSubject } from '@mps-ledger/tasks';
import { always, type Members } from './schema';
import { toPercentText } from './text';

/** The type of a state change, without the prefix of CloudEvents types. It is no event of the log: see `transition`. */
export const STATE_CHANGED = 'task-state.changed';

/** Failed subtasks that a state change shows at most. */
export const FAILED_SHOWN = 10;

/** What of a task makes a state change when it differs from before; an error code that is a whole number is a number. */
export interface ShownStanding {
  readonly status: TaskStatus;
  readonly outcome: Outcome | null;
  readonly error_code: number | string | null;
  readonly confirmation: Confirmation | null;
}

export interface FailedSubtask {
  readonly key: string;
  readonly kind: string;
  readonly definition: string | null;
  readonly error_code: number | string | null;
  readonly error_code_ext: string | null;
  readonly error_class: ErrorClass | null;
  readonly message: string | null;
}

/** The data of a state change. */
export interface StateChangedData extends TaskSubject, ShownStanding {
  readonly kind: TaskKind;
  /** Null: the task's first notification. */
  readonly previous: ShownStanding | null;
  readonly version: number;
  /** Event generation: versions of another one may differ. */
  readonly generation: number;
  readonly session_id: string | null;
  readonly input: Json;
  readonly failed_subtasks: readonly FailedSubtask[];
  readonly links: { readonly task: string; readonly history: string };
}

/** `<task key in hex>.<partition>.<raw offset>`: the id of a state change. */
export function stateChangeId(taskKeyHex: string, partition: number, rawOffset: number): string {
  return `${taskKeyHex}.${partition}.${rawOffset}`;
}

/** Where the API answers a task and its history: paths, as the program does not know under which address it is reached. */
export function taskLinks({ account, task_id: taskId }: TaskSubject): StateChangedData['links'] {
  const path = `/v1/tasks/${toPercentText(taskId)}`;
  return { task: `${path}?account=${account}`, history: `${path}/history?account=${account}` };
}

const orNull = (description: string, schema: object) => ({ description, anyOf: [schema, { type: 'null' }] });
const text = { type: 'string' };
const code = { type: ['number', 'string'] };
const ERROR_CODE = orNull(
  "The provider's ErrCode of the end that counts; 0 for a success; null while there is none",
  code,
);

const STANDING = {
  status: { description: 'Status of the task', enum: ['unknown', 'queued', 'processing', 'finished'] },
  outcome: {
    description: 'Outcome of a finished task, computed over its subtasks; null until finished',
    enum: ['succeeded', 'partially-failed', 'failed', 'undetermined', null],
  },
  error_code: ERROR_CODE,
  confirmation: {
    description: 'Whether the end comes from an authenticated source; null while there is none',
    enum: ['unconfirmed', 'confirmed', null],
  },
};

const FAILED_SUBTASK = {
  key: { ...text, description: 'Stable key of the subtask inside its task' },
  kind: { ...text, description: 'Kind of the subtask' },
  definition: orNull('Input.Definition as text', text),
  error_code: orNull("The provider's ErrCode", code),
  error_code_ext: orNull("The provider's ErrCodeExt", text),
  error_class: orNull('Whose error it is, by ErrCodeExt', text),
  message: orNull("The provider's Message", text),
};

/** An object whose members are all required, and which may have more. */
const whole = (properties: object) => ({ type: 'object', properties, required: Object.keys(properties) });

/** The members of a state change's data; `subject` and `kind` are those of all events. */
export function stateChangedMembers(
  subject: Members<TaskSubject>,
  kind: Members<{ readonly kind: TaskKind }>['kind'],
): Members<StateChangedData> {
  return {
    ...subject,
    kind,
    status: always(STANDING.status),
    outcome: always(STANDING.outcome),
    error_code: always(STANDING.error_code),
    confirmation: always(STANDING.confirmation),
    previous: always({
      description: 'The same four of the state change before; null for the first one of the task',
      anyOf: [whole(STANDING), { type: 'null' }],
    }),
    version: always({ description: 'Version of the task', type: 'integer', minimum: 1 }),
    generation: always({
      description: 'Event generation: a version is compared within it only',
      type: 'integer',
      minimum: 1,
    }),
    session_id: always(orNull('SessionId', text)),
    input: always({ description: "The provider's input of the task, in content form; null where none was reported" }),
    failed_subtasks: always({
      description: 'Subtasks that failed, by key, the first of them',
      ...{ type: 'array', maxItems: FAILED_SHOWN, items: whole(FAILED_SUBTASK) },
    }),
    links: always({
      ...whole({
        task: { ...text, description: 'The task as it is now' },
        history: { ...text, description: 'Its history' },
      }),
      description: 'Paths of the API',
    }),
  };
}
