import { SAMPLED_OF } from '../filter-keys';
import type { ReadModel } from '../read-model';
import { countFoundSql, type TaskFinder } from '../sql/found-candidates';
import { countTasksSql, sampleTasksSql } from '../sql/count-tasks';
import { visibleFilter, type VisibleAccounts } from '../visible-accounts';
import { freshnessOf } from './freshness';
import type { Freshness, FreshRow } from './freshness';
import { EVER, searchOf } from './task-filter';
import type { TaskFilter, TaskSearch } from './task-filter';

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
  /** Of a finder: tasks that it found. */
  readonly found?: number;
}

/**
 * Counts the tasks of a filter by status and outcome: exactly up to 100,000, and above that where the sample says no more than
 * `MOST_COUNTED`; else estimates them from the sample (`task_updated_sample`).
 */
export async function countTasks(model: ReadModel, visible: VisibleAccounts, asked: TaskFilter): Promise<TaskCounts> {
  const filter = visibleFilter(visible, asked);
  const sample = await countedInSample(model, searchOf(filter, 'updated'));
  if (sumOf(sample) * SAMPLED_OF > MOST_COUNTED) return estimated(sample);
  const values: unknown[] = [];
  const search = await cheaperSearch(model, filter);
  const { freshness, counts } = await counted(model, countTasksSql(model.schema, search, values), values);
  return { freshness, counts, sampled: null };
}

/**
 * The search in the order in which fewer tasks are read: all those in the range of its own time, of which the other time then leaves some out. Of
 * tasks received in the first hour and not updated since, those of that hour are read, and not those of all the days before their last update.
 */
async function cheaperSearch(model: ReadModel, filter: TaskFilter): Promise<TaskSearch> {
  const byReceipt = searchOf(filter, 'first_received');
  if (byReceipt.residual === null) return byReceipt;
  const byUpdate = searchOf(filter, 'updated');
  if (byUpdate.residual === null) return byUpdate;
  // Delimited by how late a task was updated, too.
  if (filter.received_before !== undefined && filter.updated_after !== undefined) return byUpdate;
  const received = {
    ...byUpdate,
    range: EVER,
    residual: { column: 'first_received', range: byReceipt.range },
  } as const;
  const updated = { ...byUpdate, residual: null };
  const [ofReceipt, ofUpdate] = [await countedInSample(model, received), await countedInSample(model, updated)];
  return sumOf(ofReceipt) < sumOf(ofUpdate) ? byReceipt : byUpdate;
}

const sumOf = ({ counts }: Pick<TaskCounts, 'counts'>): number => counts.reduce((sum, { count }) => sum + count, 0);

function countedInSample(model: ReadModel, search: TaskSearch) {
  const values: unknown[] = [];
  return counted(model, sampleTasksSql(model.schema, search, values), values);
}

/** So many found tasks are looked at; where there are more, their number is estimated. */
const MOST_FOUND = 20_000;

/**
 * Counts the tasks of a finder and a filter: exactly where the finder finds no more than `MOST_FOUND`, whatever the filter; else estimates them
 * from those in the sample.
 */
export async function countFoundTasks(
  model: ReadModel,
  visible: VisibleAccounts,
  asked: TaskFilter,
  finder: TaskFinder,
): Promise<TaskCounts> {
  const { schema } = model;
  const filter = visibleFilter(visible, asked);
  const values: unknown[] = [];
  const matching = finder.matching?.(`$${values.push(MOST_FOUND + 1)}`, values);
  if (matching !== undefined) {
    const { found, ...exact } = await counted(model, countFoundSql(schema, matching, filter, values), values);
    if (found <= MOST_FOUND) return { ...exact, sampled: null };
  }
  const ofSample: unknown[] = [];
  const inSample = finder.sampled(ofSample);
  const { found: _, ...sample } = await counted(model, countFoundSql(schema, inSample, filter, ofSample), ofSample);
  return estimated(sample);
}

/** What a sample says of all. */
function estimated({ freshness, counts }: Omit<TaskCounts, 'sampled'>): TaskCounts {
  const sampled = sumOf({ counts });
  return { freshness, counts: counts.map((one) => ({ ...one, count: one.count * SAMPLED_OF })), sampled };
}

async function counted(model: ReadModel, sql: string, values: unknown[]) {
  const { rows } = await model.db.query<CountRow>(sql, values);
  const counts = rows.flatMap(({ status, outcome, count }) =>
    status === null ? [] : [{ status, outcome, count: Number(count) }],
  );
  return { freshness: freshnessOf(model, rows[0]), counts, found: rows[0]?.found ?? 0 };
}
