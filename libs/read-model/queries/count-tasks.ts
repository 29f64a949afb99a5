import { SAMPLED_OF } from '../filter-keys';
import type { ReadModel } from '../read-model';
import { countTasksSql, sampleTasksSql } from '../sql/count-tasks';
import { visibleFilter, type VisibleAccounts } from '../visible-accounts';
import { freshnessOf } from './freshness';
import type { Freshness, FreshRow } from './freshness';
import { searchOf } from './task-filter';
import type { TaskFilter } from './task-filter';

/** How many tasks have a status and an outcome. */
export interface TaskCount {
  readonly status: string;
  readonly outcome: string | null;
  readonly count: number;
}

export interface TaskCounts {
  readonly freshness: Freshness;
  /** By status, then outcome; none of 0. */
  readonly counts: readonly TaskCount[];
  /** Null where tasks were counted; else how many tasks of the sample match, of which each stands for `SAMPLED_OF`. */
  readonly sampled: number | null;
}

/**
 * Where the sample says more, tasks are not counted. The number of 100,000 tasks is estimated with a standard error of 5 %, so that it is
 * beyond that for no filter that so few tasks match.
 */
const MOST_COUNTED = 125_000;

interface CountRow extends FreshRow {
  readonly status: string | null;
  readonly outcome: string | null;
  readonly count: string;
}

/**
 * Counts the tasks of a filter by status and outcome: exactly up to 100,000, and above that where the sample says no more than
 * `MOST_COUNTED`; else estimates them from the sample (`task_updated_sample`).
 */
export async function countTasks(model: ReadModel, visible: VisibleAccounts, asked: TaskFilter): Promise<TaskCounts> {
  const filter = visibleFilter(visible, asked);
  const byUpdate = filter.updated_after !== undefined || filter.updated_before !== undefined;
  const ofSample: unknown[] = [];
  const sample = await counted(model, sampleTasksSql(model.schema, searchOf(filter, 'updated'), ofSample), ofSample);
  const sampled = sample.counts.reduce((sum, { count }) => sum + count, 0);
  if (sampled * SAMPLED_OF > MOST_COUNTED)
    return { ...sample, counts: sample.counts.map((one) => ({ ...one, count: one.count * SAMPLED_OF })), sampled };
  const values: unknown[] = [];
  const search = searchOf(filter, byUpdate ? 'updated' : 'first_received');
  return { ...(await counted(model, countTasksSql(model.schema, search, values), values)), sampled: null };
}

async function counted(model: ReadModel, sql: string, values: unknown[]) {
  const { rows } = await model.db.query<CountRow>(sql, values);
  const counts = rows.flatMap(({ status, outcome, count }) =>
    status === null ? [] : [{ status, outcome, count: Number(count) }],
  );
  return { freshness: freshnessOf(model, rows[0]), counts };
}
