import type { ErrorCountRow, ErrorGroupRow, FailureKey, FailureRow, ReportChanges } from './rows';
import { dayOf, type ReportedFailure, type ReportedUsage, type TaskReports } from './task-reports';

export const NO_REPORT_CHANGES: ReportChanges = { failures: [], gone: [], groups: [], counts: [], usage: [] };

/** What tasks added to the reports before a batch, and what they add after it. */
export interface ReportsOfTask {
  readonly before: TaskReports;
  readonly after: TaskReports;
}

/** How the reports change where tasks change like this. */
export function reportChanges(tasks: readonly ReportsOfTask[]): ReportChanges {
  if (tasks.length === 0) return NO_REPORT_CHANGES;
  const failures: FailureRow[] = [];
  const gone: FailureKey[] = [];
  const sums = new ReportSums();
  for (const { before, after } of tasks) {
    for (const one of after.usage) sums.addUsage(one, 1);
    for (const one of before.usage) sums.addUsage(one, -1);
    for (const [name, one] of after.failures) {
      const known = before.failures.get(name)?.row;
      if (isSame(one.row, known)) continue;
      failures.push(one.row);
      sums.addFailures(one, one.row.count - (known?.count ?? 0));
    }
    for (const [name, one] of before.failures) {
      if (after.failures.has(name)) continue;
      const { task_key, group_key, hour } = one.row;
      gone.push({ task_key, group_key, hour });
      sums.addFailures(one, -one.row.count);
    }
  }
  return { failures, gone, ...sums.rows() };
}

function isSame(a: FailureRow, b: FailureRow | undefined): boolean {
  return b !== undefined && a.count === b.count && a.first_ended === b.first_ended && a.last_ended === b.last_ended;
}

type Mutable<Row> = { -readonly [Name in keyof Row]: Row[Name] };

/** Sums of failures, by group and by time, and of usage. */
export class ReportSums {
  private readonly groups = new Map<string, Mutable<ErrorGroupRow>>();
  private readonly counts = new Map<string, Mutable<ErrorCountRow>>();
  private readonly usage = new Map<string, Mutable<ReportedUsage>>();

  /** Adds so many failures of a group and hour, or takes them away. */
  addFailures({ row, group }: ReportedFailure, more: number): void {
    const { group_key, account, hour } = row;
    const name = `${group_key} ${account}`;
    const sum = this.groups.get(name);
    if (sum === undefined) this.groups.set(name, { group_key, account, ...group, count: more });
    else sum.count += more;
    this.addCount(name, row, 1, hour, more);
    this.addCount(name, row, 24, dayOf(hour), more);
  }

  private addCount(
    group: string,
    { group_key, account }: FailureRow,
    hours: 1 | 24,
    start: string,
    more: number,
  ): void {
    const name = `${hours} ${start} ${group}`;
    const sum = this.counts.get(name);
    if (sum === undefined) this.counts.set(name, { hours, start, group_key, account, count: more });
    else sum.count += more;
  }

  /** Adds usage (1), or takes it away (-1). */
  addUsage(one: ReportedUsage, sign: 1 | -1): void {
    const sum = this.sumOf(one);
    sum.tasks += sign * one.tasks;
    sum.failed_tasks += sign * one.failed_tasks;
    sum.subtasks += sign * one.subtasks;
    sum.failed_subtasks += sign * one.failed_subtasks;
    sum.output_milliseconds += BigInt(sign) * one.output_milliseconds;
    sum.output_bytes += BigInt(sign) * one.output_bytes;
  }

  private sumOf({ day, account, kind, subtask_kind, definition }: ReportedUsage): Mutable<ReportedUsage> {
    // Texts of rows have no control characters.
    const name = `${day}\n${account}\n${kind}\n${subtask_kind}\n${definition}`;
    let sum = this.usage.get(name);
    if (sum === undefined) {
      const counts = { tasks: 0, failed_tasks: 0, subtasks: 0, failed_subtasks: 0 };
      sum = { day, account, kind, subtask_kind, definition, ...counts, output_milliseconds: 0n, output_bytes: 0n };
      this.usage.set(name, sum);
    }
    return sum;
  }

  /** Those that are not nothing. */
  rows(): Pick<ReportChanges, 'groups' | 'counts' | 'usage'> {
    return {
      groups: [...this.groups.values()].filter(({ count }) => count !== 0),
      counts: [...this.counts.values()].filter(({ count }) => count !== 0),
      usage: [...this.usage.values()].filter(isSomething).map((sum) => ({
        ...sum,
        ...{ output_milliseconds: String(sum.output_milliseconds), output_bytes: String(sum.output_bytes) },
      })),
    };
  }
}

function isSomething({
  tasks,
  failed_tasks,
  subtasks,
  failed_subtasks,
  output_milliseconds,
  output_bytes,
}: ReportedUsage): boolean {
  const hasCounts = [tasks, failed_tasks, subtasks, failed_subtasks].some((count) => count !== 0);
  return hasCounts || output_milliseconds !== 0n || output_bytes !== 0n;
}
