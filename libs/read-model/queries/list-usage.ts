import type { ReadModel } from '../read-model';
import { listUsageSql, USAGE_DIMENSIONS, type UsageDimension } from '../sql/list-usage';
import { visibleFilter, type VisibleAccounts } from '../visible-accounts';
import { freshnessOf } from './freshness';
import type { Freshness, FreshRow } from './freshness';
import { reportColumns } from './report-columns';

export { USAGE_DIMENSIONS, type UsageDimension };

/** Whose usage; as in `ErrorFilter`. */
export interface UsageFilter {
  readonly account?: readonly string[];
  /** Of the task. */
  readonly kind?: readonly string[];
  readonly subtask_kind?: readonly string[];
  readonly definition?: readonly string[];
}

/** What ended, in sums. Of what is not known of outputs nothing is added. */
export interface UsageTotals {
  readonly tasks: number;
  readonly failed_tasks: number;
  readonly subtasks: number;
  readonly failed_subtasks: number;
  readonly output_seconds: number;
  readonly output_minutes: number;
  readonly output_bytes: number;
}

/** Sums, and what they are told apart by; members that they are not are left out. */
export type UsageCount = { readonly [Name in UsageDimension]?: string | null } & UsageTotals;

/** In a place, where days are not told apart. */
const NO_DAY = '0001-01-01T00:00:00.000000Z';

/** Values of `USAGE_DIMENSIONS`, empty where they are not told apart; the day is always one. */
export type UsagePlace = readonly string[];

export interface UsagePage {
  readonly freshness: Freshness;
  readonly total: UsageTotals;
  readonly items: readonly UsageCount[];
  readonly next: UsagePlace | null;
}

type SumTexts = Readonly<
  Record<'tasks' | 'failed_tasks' | 'subtasks' | 'failed_subtasks' | 'output_milliseconds' | 'output_bytes', string>
>;

interface UsageRow extends FreshRow, SumTexts, Readonly<Record<UsageDimension, string>> {
  readonly total: SumTexts;
  /** Null in a row without an item. */
  readonly place: string | null;
}

export interface UsageAsked {
  /** Beginnings of days in UTC, RFC 3339 or infinite: from the first on, and before the second. */
  readonly range: readonly [from: string, before: string];
  readonly by: ReadonlySet<UsageDimension>;
  readonly after: UsagePlace | null;
  readonly limit: number;
}

/** Lists sums of usage, newest days first, then by text. A place stays valid; what comes in before it is not shown. */
export async function listUsage(
  model: ReadModel,
  visible: VisibleAccounts,
  filter: UsageFilter,
  asked: UsageAsked,
): Promise<UsagePage> {
  const columns = reportColumns({ ...visibleFilter(visible, filter) });
  const values: unknown[] = [];
  const { rows } = await model.db.query<UsageRow>(listUsageSql(model.schema, { ...asked, columns }, values), values);
  const freshness = freshnessOf(model, rows[0]);
  const found = rows.filter(({ place }) => place !== null);
  const shown = found.slice(0, asked.limit);
  const last = shown.at(-1);
  const more = last !== undefined && found.length > shown.length;
  return {
    freshness,
    total: sumsOf(rows[0]?.total),
    items: shown.map((row) => ({ ...dimensionsOf(row, asked.by), ...sumsOf(row) })),
    next: more ? USAGE_DIMENSIONS.map((name) => (name === 'day' && last.day === '' ? NO_DAY : last[name])) : null,
  };
}

function dimensionsOf(row: UsageRow, by: ReadonlySet<UsageDimension>) {
  const told = USAGE_DIMENSIONS.filter((name) => by.has(name));
  return Object.fromEntries(told.map((name) => [name, name === 'day' ? row.day.slice(0, 10) : row[name] || null]));
}

function sumsOf(row: SumTexts | undefined): UsageTotals {
  const of = (name: keyof SumTexts): number => Number(row?.[name] ?? 0);
  const seconds = of('output_milliseconds') / 1000;
  return {
    ...{ tasks: of('tasks'), failed_tasks: of('failed_tasks') },
    ...{ subtasks: of('subtasks'), failed_subtasks: of('failed_subtasks') },
    ...{ output_seconds: seconds, output_minutes: seconds / 60, output_bytes: of('output_bytes') },
  };
}
