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

/** Sums of failures, by group and by time, and of usage. */
export class ReportSums {
  private readonly groups = new Map<string, ErrorGroupRow>();
  private readonly counts = new Map<string, ErrorCountRow>();
  private readonly usage = new Map<string, ReportedUsage>();

  /** Adds so many failures of a group and hour, or takes them away. */
  addFailures({ row, group }: ReportedFailure, more: number): void {
    const { group_key, account, hour } = row;
    const name = `${group_key} ${account}`;
    const of = { group_key, account };
    this.groups.set(name, { ...of, ...group, count: (this.groups.get(name)?.count ?? 0) + more });
    for (const [hours, start] of [
      [1, hour],
      [24, dayOf(hour)],
    ] as const) {
      const timed = `${name} ${hours} ${start}`;
      this.counts.set(timed, { ...of, hours, start, count: (this.counts.get(timed)?.count ?? 0) + more });
    }
  }

  /** Adds usage (1), or takes it away (-1). */
  addUsage(one: ReportedUsage, sign: 1 | -1): void {
    const { day, account, kind, subtask_kind, definition } = one;
    const name = JSON.stringify([day, account, kind, subtask_kind, definition]);
    const sum = this.usage.get(name);
    const times = BigInt(sign);
    this.usage.set(name, {
      ...{ day, account, kind, subtask_kind, definition },
      tasks: (sum?.tasks ?? 0) + sign * one.tasks,
      failed_tasks: (sum?.failed_tasks ?? 0) + sign * one.failed_tasks,
      subtasks: (sum?.subtasks ?? 0) + sign * one.subtasks,
      failed_subtasks: (sum?.failed_subtasks ?? 0) + sign * one.failed_subtasks,
      output_milliseconds: (sum?.output_milliseconds ?? 0n) + times * one.output_milliseconds,
      output_bytes: (sum?.output_bytes ?? 0n) + times * one.output_bytes,
    });
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
