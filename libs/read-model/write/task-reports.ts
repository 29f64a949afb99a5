import { hash } from 'node:crypto';
import { contributionsOf } from '@mps-ledger/tasks';
import type { Contribution, TaskState } from '@mps-ledger/tasks';
import type { Bytes } from '../entities';
import type { ErrorGroupRow, FailureRow, UsageRow } from './rows';
import { cut, fit, INDEXED_TEXT } from './text';

/** Whose contributions they are. */
export interface ReportedTask {
  readonly key: Bytes;
  readonly account: string;
  /** RFC 3339: when what has no time of its own ended. */
  readonly firstReceived: string;
}

/** What failures are grouped by. */
export type GroupedBy = Omit<ErrorGroupRow, 'group_key' | 'account' | 'count'>;

/** A row of failures, and its group. */
export interface ReportedFailure {
  readonly row: FailureRow;
  readonly group: GroupedBy;
}

/** What one or several equal ends add to a row of usage. */
export interface ReportedUsage extends Pick<UsageRow, 'day' | 'account' | 'kind' | 'subtask_kind' | 'definition'> {
  readonly tasks: number;
  readonly failed_tasks: number;
  readonly subtasks: number;
  readonly failed_subtasks: number;
  readonly output_milliseconds: bigint;
  readonly output_bytes: bigint;
}

/** What one task adds to the reports. */
export interface TaskReports {
  /** By group and hour. */
  readonly failures: ReadonlyMap<string, ReportedFailure>;
  readonly usage: readonly ReportedUsage[];
}

export const NO_REPORTS: TaskReports = { failures: new Map(), usage: [] };

/** What a task in this state adds to the reports. */
export function taskReports(task: ReportedTask, state: TaskState): TaskReports {
  const contributions = contributionsOf(state);
  if (contributions.length === 0) return NO_REPORTS;
  const kind = state.kind?.value ?? 'unknown';
  const account = fit(task.account);
  const failures = new Map<string, ReportedFailure>();
  const usage: ReportedUsage[] = [];
  for (const one of contributions) {
    const ended = one.time ?? task.firstReceived;
    usage.push(usageOf(one, account, kind, ended));
    if (one.failure !== null)
      addFailure(failures, { ...task, account }, groupOf(one, one.failure, kind), ended, one.count);
  }
  return { failures, usage };
}

function usageOf(
  { subtask, count, failure, output }: Contribution,
  account: string,
  kind: string,
  ended: string,
): ReportedUsage {
  const failed = failure === null ? 0 : count;
  const isTask = subtask === null;
  return {
    day: dayOf(ended),
    account,
    kind,
    subtask_kind: limited(subtask?.kind),
    definition: limited(subtask?.definition),
    tasks: isTask ? count : 0,
    failed_tasks: isTask ? failed : 0,
    subtasks: isTask ? 0 : count,
    failed_subtasks: isTask ? 0 : failed,
    output_milliseconds: BigInt(output.milliseconds) * BigInt(count),
    output_bytes: BigInt(output.bytes) * BigInt(count),
  };
}

function groupOf({ subtask }: Contribution, failure: NonNullable<Contribution['failure']>, kind: string): GroupedBy {
  return {
    kind,
    subtask_kind: limited(subtask?.kind),
    definition: limited(subtask?.definition),
    error_code: limited(failure.errorCode),
    error_class: failure.errorClass,
    message: limited(failure.message),
  };
}

/** Absent is empty. */
function limited(text: string | null | undefined): string {
  return cut(text ?? '', INDEXED_TEXT);
}

function addFailure(
  failures: Map<string, ReportedFailure>,
  { key, account }: ReportedTask,
  group: GroupedBy,
  ended: string,
  more: number,
): void {
  const hour = hourOf(ended);
  const { kind, subtask_kind, definition, error_code, error_class, message } = group;
  const text = JSON.stringify([kind, subtask_kind, definition, error_code, error_class, message]);
  const name = `${hour} ${text}`;
  const known = failures.get(name)?.row;
  const { first_ended: first = ended, last_ended: last = ended, count = 0 } = known ?? {};
  const row = {
    task_key: key,
    group_key: known?.group_key ?? groupKey(text),
    hour,
    account,
    first_ended: ended < first ? ended : first,
    last_ended: ended > last ? ended : last,
    count: count + more,
  };
  failures.set(name, { row, group });
}

/** The first half of SHA-256. */
function groupKey(text: string): Bytes {
  return `\\x${hash('sha256', text).slice(0, 32)}`;
}

/** Times are RFC 3339 in UTC, so that an hour and a day are their beginning. */
function hourOf(time: string): string {
  return `${time.slice(0, 13)}:00:00.000Z`;
}

export function dayOf(time: string): string {
  return `${time.slice(0, 10)}T00:00:00.000Z`;
}
