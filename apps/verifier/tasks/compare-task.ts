import { digestOf, errorCodeRows, subtaskRow, taskRow, updatedByCode, updatedRow } from '@mps-ledger/read-model';
import type { Bytes, ErrorCodeRow, StateRow, SubtaskRow, TaskRow, UpdatedRow } from '@mps-ledger/read-model';
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
  readonly updated: readonly UpdatedRow[];
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
  const codes = errorCodeRows(row, view);
  return [
    ...(rows.task === undefined
      ? [{ what: 'a task has no row' }]
      : compared('the task’s row is not what its history comes to', { ...row, partition }, rows.task)),
    ...compareState(life.applied === 0 ? null : encodeState(state), rows.state),
    ...compareSubtasks(about.key, view, rows.subtasks),
    ...compareRows(codes, rows.errorCodes, ({ error_code }) => `row of the error code ${error_code}`),
    ...compareRows([updatedRow(row), ...updatedByCode(codes, row.updated)], rows.updated, ({ code }) =>
      code === '' ? 'row by last update' : `row by last update and error code ${code}`,
    ),
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

/** Rows of a task of which each has a name of its own. */
function compareRows<Row extends object>(
  expected: readonly Row[],
  rows: readonly Row[],
  nameOf: (row: Row) => string,
): Found[] {
  const byName = new Map(rows.map((row) => [nameOf(row), row]));
  const found: Found[] = [];
  if (byName.size < rows.length) found.push({ what: 'a row of the task is there several times' });
  for (const row of expected) {
    const name = nameOf(row);
    const got = byName.get(name);
    byName.delete(name);
    if (got === undefined) found.push({ what: `the ${name} is missing` });
    else found.push(...compared(`the ${name} is not what the task shows`, row, got));
  }
  for (const name of byName.keys()) found.push({ what: `there is a ${name}, which the task does not show` });
  return found;
}
