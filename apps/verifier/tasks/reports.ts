import { ReportSums, scanErrorCounts, scanErrorGroups, scanUsage, taskReports } from '@mps-ledger/read-model';
import type { Bytes, FailureRow, ReadModel } from '@mps-ledger/read-model';
import { differing, sides } from '@mps-ledger/comparing';
import type { Check } from '../report/findings';
import type { TaskLife } from '@mps-ledger/comparing';

/**
 * Compares failures with what each task's history comes to, and sums of failures and of usage with those over all tasks. It
 * holds the sums: a row for each row of theirs.
 */
export class ReportsCheck {
  private readonly sums = new Map<number, ReportSums>();

  constructor(private readonly check: Check) {}

  /** A task, and its rows of failures. */
  async meet(key: Bytes, life: TaskLife, rows: readonly FailureRow[]): Promise<void> {
    const { firstReceived, partition, subject } = life;
    const account = subject?.account ?? '';
    const { failures, usage } = taskReports({ key, account, firstReceived }, life.folded());
    const sums = this.sums.get(partition) ?? new ReportSums();
    this.sums.set(partition, sums);
    for (const one of usage) sums.addUsage(one, 1);
    for (const one of failures.values()) sums.addFailures(one, one.row.count);
    const expected = new Map([...failures.values()].map(({ row }) => [failureName(row), row]));
    await this.compare('failure', expected, rows, failureName);
  }

  /** There are no more tasks. */
  async end(model: ReadModel): Promise<void> {
    const all = [...this.sums].map(([partition, sums]) => ({ partition, ...sums.rows() }));
    const groups = all.flatMap(({ partition, groups }) => groups.map((row) => ({ ...row, partition })));
    const counts = all.flatMap(({ partition, counts }) => counts.map((row) => ({ ...row, partition })));
    const usage = all.flatMap(({ partition, usage }) => usage.map((row) => ({ ...row, partition })));
    await this.compareSums('error_group', groups, scanErrorGroups(model), ['group_key', 'account', 'partition']);
    const timed = ['hours', 'start', 'group_key', 'account', 'partition'] as const;
    await this.compareSums('error_count', counts, scanErrorCounts(model), timed);
    const used = ['day', 'account', 'kind', 'subtask_kind', 'definition', 'partition'] as const;
    await this.compareSums('usage', usage, scanUsage(model), used);
  }

  private compareSums<Row extends object>(
    table: string,
    expected: readonly Row[],
    rows: AsyncIterable<Row>,
    key: readonly (keyof Row)[],
  ): Promise<void> {
    const nameOf = (row: Row): string => JSON.stringify(key.map((name) => row[name]));
    return this.compare(table, new Map(expected.map((row) => [nameOf(row), row])), rows, nameOf);
  }

  /** Rows of which each has a name of its own: takes those that are found from what is expected. */
  private async compare<Row extends object>(
    table: string,
    expected: Map<string, Row>,
    rows: AsyncIterable<Row> | Iterable<Row>,
    nameOf: (row: Row) => string,
  ): Promise<void> {
    for await (const got of rows) {
      this.check.saw();
      const name = nameOf(got);
      const row = expected.get(name);
      expected.delete(name);
      if (row === undefined) await this.differs(`a row of ${table} follows from no task, or is there twice`, { got });
      else {
        const differences = differing(row, got);
        if (differences.length > 0)
          await this.differs(`a row of ${table} is not what the tasks add up to`, sides(differences), name);
      }
    }
    for (const row of expected.values()) await this.differs(`a row of ${table} is missing`, { expected: row });
  }

  private differs(what: string, found: { readonly expected?: object; readonly got?: object }, row?: string) {
    return this.check.differs(() => ({ what: row === undefined ? what : `${what}: ${row}`, where: {}, ...found }));
  }
}

function failureName({ task_key, group_key, hour }: FailureRow): string {
  return `${task_key} ${group_key} ${hour}`;
}
