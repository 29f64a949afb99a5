import { errorCodeRows, subtaskRow, taskRow, digestOf } from '@mps-ledger/read-model';
import type { Bytes, ErrorCodeRow, StateRow, SubtaskRow, TaskRow } from '@mps-ledger/read-model';
import { describeTask, encodeState, FOLD_VERSION, type TaskState, type TaskView } from '@mps-ledger/tasks';
import { differing, sides } from '../compare';
import type { Difference } from '../report/findings';
import type { TaskLife } from './task-life';

/** Everything that the rows have of one task. */
export interface TaskRows {
  readonly task: (TaskRow & { readonly partition: number }) | undefined;
  readonly state: StateRow | undefined;
  readonly subtasks: readonly SubtaskRow[];
  readonly errorCodes: readonly ErrorCodeRow[];
}

type Found = Omit<Difference, 'where'>;

/** Compares what a task's history comes to with its rows. */
export function compareTask(
  about: { readonly key: Bytes; readonly account: string; readonly taskId: string },
  life: TaskLife,
  state: TaskState,
  rows: TaskRows,
): Found[] {
  const { parked, version, standing, firstReceived, updated, halfRaw, partition } = life;
  const view = describeTask(state, parked, halfRaw.length > 0);
  const row = taskRow({ ...about, parked, version, standing, firstReceived, updated, halfRaw }, view);
  return [
    ...(rows.task === undefined
      ? [{ what: 'a task has no row' }]
      : compared('the task’s row is not what its history comes to', { ...row, partition }, rows.task)),
    ...compareState(life.applied === 0 ? null : encodeState(state), rows.state),
    ...compareSubtasks(about.key, view, rows.subtasks),
    ...compareErrorCodes(errorCodeRows(row, view), rows.errorCodes),
  ];
}

function compared<Row extends object>(what: string, expected: Row, got: Row): Found[] {
  const differences = differing(expected, got);
  return differences.length === 0 ? [] : [{ what, ...sides(differences) }];
}

function compareState(text: string | null, row: StateRow | undefined): Found[] {
  if (text === null) return row === undefined ? [] : [{ what: 'a task without history has a state' }];
  if (row === undefined) return [{ what: 'a task has no state' }];
  const { state, digest, fold_version } = row;
  const what = 'the task’s state is not the fold of its history';
  return compared(
    what,
    { state: text, digest: digestOf(text), fold_version: FOLD_VERSION },
    { state, digest, fold_version },
  ).map((found) => ({ ...found, ...(state !== text && around(text, state)) }));
}

const BEFORE = 60;
const SHOWN = 160;

/** Two long texts, from shortly before the first place where they differ. */
function around(expected: string, got: string): Pick<Found, 'expected' | 'got'> {
  let at = 0;
  while (at < expected.length && expected[at] === got[at]) at += 1;
  const from = Math.max(0, at - BEFORE);
  const part = (text: string): string => `${from > 0 ? '…' : ''}${text.slice(from, from + SHOWN)}`;
  return { expected: part(expected), got: part(got) };
}

function compareSubtasks(key: Bytes, view: TaskView, rows: readonly SubtaskRow[]): Found[] {
  const byDigest = new Map(rows.map((row) => [row.key_digest, row]));
  const found: Found[] = [];
  if (byDigest.size < rows.length) found.push({ what: 'a subtask has several rows' });
  for (const subtask of view.subtasks) {
    const expected = subtaskRow(key, subtask);
    const row = byDigest.get(expected.key_digest);
    byDigest.delete(expected.key_digest);
    if (row === undefined) found.push({ what: `the subtask ${expected.key} has no row` });
    else
      found.push(...compared(`the row of the subtask ${expected.key} is not what its history comes to`, expected, row));
  }
  for (const row of byDigest.values()) found.push({ what: `the row of the subtask ${row.key} follows from no event` });
  return found;
}

function compareErrorCodes(expected: readonly ErrorCodeRow[], rows: readonly ErrorCodeRow[]): Found[] {
  const byCode = new Map(rows.map((row) => [row.error_code, row]));
  const found: Found[] = [];
  if (byCode.size < rows.length) found.push({ what: 'an error code of the task has several rows' });
  for (const row of expected) {
    const { error_code } = row;
    const got = byCode.get(error_code);
    byCode.delete(error_code);
    if (got === undefined) found.push({ what: `the error code ${error_code} has no row` });
    else found.push(...compared(`the row of the error code ${error_code} is not what the task shows`, row, got));
  }
  for (const { error_code } of byCode.values())
    found.push({ what: `there is a row of the error code ${error_code}, which the task does not show` });
  return found;
}
