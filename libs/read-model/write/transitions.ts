import { describeFailed, isEmpty, taskStanding } from '@mps-ledger/tasks';
import type { TaskStanding, TaskState } from '@mps-ledger/tasks';
import { FAILED_SHOWN, LEDGER_LAYOUT, taskLinks } from '@mps-ledger/records';
import type { FailedSubtask, ShownStanding, StateChangedData } from '@mps-ledger/records';
import type { Bytes } from '../entities';
import type { RecordOfLog } from './event-rows';
import type { TransitionRow } from './rows';
import { fit } from './text';

/** The standing of a task as its row has it. */
export function fitStanding(state: TaskState, parked: number): TaskStanding {
  const standing = taskStanding(state, parked);
  return { ...standing, error_code: fit(standing.error_code) };
}

/** A task whose standing changed at the `notification.received` of a record. */
export interface StandingChange {
  readonly record: Pick<RecordOfLog, 'offset' | 'logged'>;
  readonly rawOffset: number;
  readonly task: Bytes;
  readonly account: string;
  readonly taskId: string;
  /** The fold of its history up to that record. */
  readonly state: TaskState;
  /** With that notification. */
  readonly version: number;
  readonly standing: TaskStanding;
  /** Null for the first one of the task. */
  readonly previous: TaskStanding | null;
}

/** The row of a change, which is a function of the log alone. */
export function transitionRow(change: StandingChange): TransitionRow {
  const { record, rawOffset, task, account, standing, state } = change;
  return {
    offset: record.offset,
    raw_offset: rawOffset,
    task_key: task,
    account,
    kind: state.kind?.value ?? 'unknown',
    status: standing.status,
    outcome: standing.outcome,
    error_code: standing.error_code,
    confirmation: standing.confirmation,
    logged: record.logged,
    data: JSON.stringify(dataOf(change)),
  };
}

function dataOf({ account, taskId, state, version, standing, previous }: StandingChange): StateChangedData {
  const subject = { account, task_id: taskId };
  const { value: session } = state.sessionId ?? {};
  return {
    ...subject,
    kind: state.kind?.value ?? 'unknown',
    ...shown(standing),
    previous: previous && shown(previous),
    version,
    generation: LEDGER_LAYOUT.generations.eventGeneration,
    session_id: session === undefined || isEmpty(session) ? null : session,
    input: state.input?.value ?? null,
    failed_subtasks: describeFailed(state, FAILED_SHOWN).map(failedSubtask),
    links: taskLinks(subject),
  };
}

type Failed = ReturnType<typeof describeFailed>[number];

function failedSubtask(view: Failed): FailedSubtask {
  const { key, kind, definition, error_code, error_code_ext, error_class, message } = view;
  return { key, kind, definition, error_code, error_code_ext, error_class, message };
}

function shown({ status, outcome, error_code, confirmation }: TaskStanding): ShownStanding {
  return { status, outcome, error_code: shownErrorCode(error_code), confirmation };
}

const WHOLE_NUMBER = /^-?(0|[1-9]\d{0,14})$/;

/** A row has an error code as text; a whole number is shown as the number that it is. */
export function shownErrorCode(code: string | null): number | string | null {
  return code !== null && WHOLE_NUMBER.test(code) ? Number(code) : code;
}
