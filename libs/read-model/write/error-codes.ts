import { shownErrorCodes } from '@mps-ledger/tasks';
import type { TaskView } from '@mps-ledger/tasks';
import { LONGEST_ERROR_CODE } from '../filter-keys';
import type { ReadModel } from '../read-model';
import { columnTexts } from './columns';
import { ERROR_CODE, UPDATED } from './rows';
import type { ErrorCodeChanges, ErrorCodeRow, TaskRow, UpdatedRow } from './rows';
import { fit } from './text';
import { GONE, WRITE_ERROR_CODES } from '../sql/write-error-codes';

export const NO_ERROR_CODES: ErrorCodeChanges = { written: [], gone: [], shown: [] };

/** A task's rows in the list by error code, by code. What is too long to be asked for has none. */
export function errorCodeRows(task: TaskRow, view: TaskView): readonly ErrorCodeRow[] {
  const { task_key, account, kind, status, outcome, confirmation, contradicted, parked, session_id, first_received } =
    task;
  const codes = new Set([...shownErrorCodes(view)].map((code) => fit(code)).filter((code) => FINDABLE.test(code)));
  return [...codes].sort().map((error_code) => ({
    ...{ task_key, error_code, account, kind, status, outcome, confirmation, contradicted, parked },
    ...{ session_id, first_received },
  }));
}

/** Characters are code points, as the API and Postgres count them. */
const FINDABLE = new RegExp(`^.{1,${LONGEST_ERROR_CODE}}$`, 'su');

/** What is to be written where these rows of a task follow those. `updated`: of the task. */
export function errorCodeChanges(
  before: readonly ErrorCodeRow[],
  after: readonly ErrorCodeRow[],
  updated: string,
): ErrorCodeChanges {
  const known = new Map(before.map((row) => [row.error_code, row]));
  const written = after.filter((row) => !isSame(row, known.get(row.error_code)));
  for (const { error_code } of after) known.delete(error_code);
  const gone = [...known.values()].map(({ task_key, error_code }) => ({ task_key, error_code }));
  return { written, gone, shown: updatedByCode(after, updated) };
}

/** A task's rows in the lists by last update and error code. */
export function updatedByCode(rows: readonly ErrorCodeRow[], updated: string): UpdatedRow[] {
  return rows.map(({ error_code: code, ...row }) => ({ ...row, code, error_code: null, updated }));
}

/** All but the time, which never changes, and which the database formats differently. */
function isSame(a: ErrorCodeRow, b: ErrorCodeRow | undefined): boolean {
  return (
    b !== undefined &&
    a.kind === b.kind &&
    a.status === b.status &&
    a.outcome === b.outcome &&
    a.confirmation === b.confirmation &&
    a.contradicted === b.contradicted &&
    a.parked === b.parked &&
    a.session_id === b.session_id
  );
}

/** Writes a batch's changes in the caller's transaction: one statement, and none where no task shows a code. */
export async function writeErrorCodes(model: ReadModel, changes: ErrorCodeChanges): Promise<void> {
  const { written, gone, shown } = changes;
  if (written.length + gone.length + shown.length === 0) return;
  await model.db.query({
    ...WRITE_ERROR_CODES(model),
    values: [...columnTexts(GONE, gone), ...columnTexts(ERROR_CODE, written), ...columnTexts(UPDATED, shown)],
  });
}
