import { hash } from 'node:crypto';
import type { TaskStanding, SubtaskView, TaskView } from '@mps-ledger/tasks';
import type { Bytes } from '../entities';
import { GOOD_END } from '../filter-keys';
import { bytesText } from './rows';
import type { SubtaskRow, TaskRow, UpdatedRow } from './rows';
import { standingColumns, standingText } from './standing';
import { cut, fit, INDEXED_TEXT } from './text';

/** A task's identity and everything about it that is not its state. */
export interface TaskAbout {
  readonly key: Bytes;
  readonly account: string;
  /** Exact. */
  readonly taskId: string;
  readonly parked: number;
  /** Raw offsets of notifications that are half applied. */
  readonly halfRaw: readonly number[];
  readonly version: number;
  /** After its last transition; null before the first. */
  readonly standing: TaskStanding | null;
  /** Both RFC 3339 in UTC with milliseconds. */
  readonly firstReceived: string;
  readonly updated: string;
}

/** A task's row, from what its state comes to. */
export function taskRow(about: TaskAbout, view: TaskView): TaskRow {
  const now = standingColumns(view, about.halfRaw.length > 0);
  return {
    task_key: about.key,
    account: fit(about.account),
    task_id: fit(about.taskId),
    task_id_json: JSON.stringify(about.taskId),
    kind: view.kind,
    ...now,
    contradicted: view.contradicted,
    revised: view.revised,
    parked: about.parked,
    half_raw: about.halfRaw.length > 0 ? about.halfRaw.join(' ') : null,
    version: about.version,
    last_standing: standingText(about.standing, now),
    session_id: view.session_id === null ? null : cut(view.session_id, INDEXED_TEXT),
    first_received: about.firstReceived,
    updated: about.updated < about.firstReceived ? about.firstReceived : about.updated,
  };
}

/** A task's row in the lists by last update: what the statement of a batch makes of its row. */
export function updatedRow(task: TaskRow): UpdatedRow {
  const { task_key, account, kind, status, outcome, confirmation, contradicted, parked, session_id } = task;
  const { first_received, updated } = task;
  return {
    ...{ task_key, code: '', account, kind, status, outcome, confirmation, contradicted, parked, session_id },
    ...{ error_code: task.error_code === GOOD_END ? GOOD_END : null, first_received, updated },
  };
}

/** A subtask's row, from what its task's state comes to. */
export function subtaskRow(task: Bytes, view: SubtaskView): SubtaskRow {
  return {
    task_key: task,
    key_digest: subtaskKeyDigest(view.key),
    key: fit(view.key),
    kind: fit(view.kind),
    definition: fit(view.definition),
    status: view.status,
    progress: view.progress,
    error_code: view.error_code === null ? null : fit(String(view.error_code)),
    error_code_ext: fit(view.error_code_ext),
    message: fit(view.message),
    contradicted: view.contradicted,
    revised: view.revised,
    twins: view.twins?.total ?? null,
  };
}

/** SHA-256 of the key's JSON text, which escapes lone surrogates: different keys have different digests. */
function subtaskKeyDigest(key: string): Bytes {
  return bytesText(hash('sha256', JSON.stringify(key), 'buffer'));
}
