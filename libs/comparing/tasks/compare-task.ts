import { partitionOf } from '@mps-ledger/event-log';
import {
  bytesText,
  digestOf,
  errorCodeRows,
  subtaskRow,
  taskKey,
  taskRow,
  updatedByCode,
  updatedRow,
} from '@mps-ledger/read-model';
import type { Bytes, ErrorCodeRow, StateRow, SubtaskRow, TaskRow, UpdatedRow } from '@mps-ledger/read-model';
import { partitionKey } from '@mps-ledger/records';
import { describeTask, encodeState, FOLD_VERSION, type TaskState, type TaskView } from '@mps-ledger/tasks';
import { differing, sides } from '../differing';
import type { TaskLife } from './task-life';

/** Everything that the rows have of one task. */
export interface TaskRows {
  readonly task: (TaskRow & { readonly partition: number }) | undefined;
  readonly state: StateRow | undefined;
  readonly subtasks: readonly SubtaskRow[];
  readonly errorCodes: readonly ErrorCodeRow[];
  readonly updated: readonly UpdatedRow[];
}

/** What differs of a task, in words and with both sides. */
export interface TaskFinding {
  readonly what: string;
  readonly expected?: unknown;
  readonly got?: unknown;
}

/** Compares what a task's history comes to with its rows. */
function compareTask(
  about: { readonly key: Bytes; readonly account: string; readonly taskId: string },
  life: TaskLife,
  state: TaskState,
  rows: TaskRows,
): TaskFinding[] {
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

function compared<Row extends object>(what: string, expected: Row, got: Row): TaskFinding[] {
  const differences = differing(expected, got);
  return differences.length === 0 ? [] : [{ what, ...sides(differences) }];
}

function compareState(text: string | null, row: StateRow | undefined): TaskFinding[] {
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
function around(expected: string, got: string): Pick<TaskFinding, 'expected' | 'got'> {
  let at = 0;
  while (at < expected.length && expected[at] === got[at]) at += 1;
  const from = Math.max(0, at - BEFORE);
  const part = (text: string): string => `${from > 0 ? '…' : ''}${text.slice(from, from + SHOWN)}`;
  return { expected: part(expected), got: part(got) };
}

function compareSubtasks(key: Bytes, view: TaskView, rows: readonly SubtaskRow[]): TaskFinding[] {
  const byDigest = new Map(rows.map((row) => [row.key_digest, row]));
  const found: TaskFinding[] = [];
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
): TaskFinding[] {
  const byName = new Map(rows.map((row) => [nameOf(row), row]));
  const found: TaskFinding[] = [];
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

/** What differs between the life of a task and its rows. */
export function differencesOf(key: Bytes, life: TaskLife, rows: TaskRows, partitions: number): readonly TaskFinding[] {
  if (life.applied + life.parked === 0) return [{ what: 'there are rows of a task that has no history' }];
  const state = life.folded();
  if (life.problem !== null) return [{ what: `the task’s history cannot be folded: ${life.problem}` }];
  const subject = life.subject ?? subjectOf(rows.task);
  if (subject === null)
    return rows.task === undefined ? [{ what: 'a task has no row' }] : [{ what: 'the row’s TaskId is no JSON text' }];
  const { account, taskId } = subject;
  if (bytesText(taskKey(account, taskId)) !== key) return [{ what: 'the key of the task is not that of its TaskId' }];
  const home = partitionOf(partitionKey(account, taskId), partitions);
  const isHome = life.partition === home;
  const stray = isHome
    ? []
    : [{ what: 'the task’s history is in a partition that is not its own', expected: home, got: life.partition }];
  return [...stray, ...compareTask({ key, account, taskId }, life, state, rows)];
}

function subjectOf(row: TaskRow | undefined): { readonly account: string; readonly taskId: string } | null {
  try {
    const taskId: unknown = JSON.parse(row?.task_id_json ?? '');
    return row !== undefined && typeof taskId === 'string' ? { account: row.account, taskId } : null;
  } catch {
    return null;
  }
}
