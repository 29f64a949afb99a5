import { isRetryable, type ErrorClass } from '@mps-ledger/tasks';
import type { ReadModel } from '../read-model';
import { shownInstant } from '../sql/instants';
import { countedFromSql, type CountedTimes, type SumLimits } from '../sql/counted-from';
import { listErrorsSql } from '../sql/list-errors';
import { visibleFilter, type VisibleAccounts } from '../visible-accounts';
import { shownErrorCode } from '../write/transitions';
import { freshnessOf } from './freshness';
import type { Freshness, FreshRow } from './freshness';
import { reportColumns } from './report-columns';

/** Which failures; a member that is left out does not matter, and one matches that has one of the values of each other one. */
export interface ErrorFilter {
  readonly account?: readonly string[];
  /** Of the task. */
  readonly kind?: readonly string[];
  readonly subtask_kind?: readonly string[];
  readonly definition?: readonly string[];
  readonly error_code?: readonly string[];
  readonly error_class?: readonly string[];
}

/** Whole hours in UTC, RFC 3339 or infinite: from the first on, and before the second. */
export type HourRange = readonly [from: string, before: string];

/** Place of a group: `[count, id]`. */
export type ErrorPlace = readonly [count: string, id: string];

/** Failures that have these in common. */
export interface ErrorGroupCount {
  readonly id: string;
  readonly kind: string;
  readonly subtask_kind: string | null;
  readonly definition: string | null;
  readonly error_code: number | string | null;
  readonly error_class: ErrorClass;
  /** Null: not known. */
  readonly retryable: boolean | null;
  readonly message: string | null;
  readonly count: number;
  readonly first_seen: string;
  readonly last_seen: string;
  /** Those without failures are left out. */
  readonly hours: readonly { readonly start: string; readonly count: number }[];
  readonly sample_tasks: readonly { readonly account: string; readonly task_id: string }[];
}

export interface ErrorPage {
  readonly freshness: Freshness;
  /** All failures that match, and all groups. */
  readonly failures: number;
  readonly groups: number;
  /** From when on they are counted, where the range has too many to count; null: from its beginning. */
  readonly countedFrom: string | null;
  readonly items: readonly ErrorGroupCount[];
  readonly next: ErrorPlace | null;
}

interface GroupRow extends FreshRow {
  readonly failures: string;
  readonly groups: string;
  readonly found: string;
  readonly id: string | null;
  readonly kind: string;
  readonly subtask_kind: string;
  readonly definition: string;
  readonly error_code: string;
  readonly error_class: ErrorClass;
  readonly message: string;
  readonly count: string;
  readonly first_seen: string;
  readonly last_seen: string;
  /** In any order. */
  readonly hours: string;
  /** A task of which the row is gone has none. */
  readonly samples: readonly (readonly [account: string | null, taskIdJson: string | null])[];
}

/** A row of sums takes 100 bytes or more. */
const LIMITS: SumLimits = { sums: 1_000_000, bytes: 100_000_000 };

async function readCountedFrom(model: ReadModel, range: HourRange, limits: SumLimits): Promise<string | null> {
  const times = countedTimes(range);
  if (times.length === 0) return null;
  const values: unknown[] = [];
  const sql = countedFromSql(model.schema, times, limits, values);
  const { rows } = await model.db.query<{ readonly from: string }>(sql, values);
  const [row] = rows;
  return row === undefined ? null : shownInstant(row.from);
}

/** Lists groups of failures that ended in some hours, those with most first, then by id. Numbers are those of that moment: a group moves as they change. */
export async function listErrors(
  model: ReadModel,
  visible: VisibleAccounts,
  asked: ErrorFilter,
  page: { readonly range: HourRange; readonly after: ErrorPlace | null; readonly limit: number },
  limits: SumLimits = LIMITS,
): Promise<ErrorPage> {
  const columns = reportColumns({ ...visibleFilter(visible, asked) });
  const values: unknown[] = [];
  const countedFrom = await readCountedFrom(model, page.range, limits);
  const range: HourRange = [countedFrom ?? page.range[0], page.range[1]];
  const sql = listErrorsSql(model.schema, { ...page, columns, range, times: countedTimes(range) }, values);
  const { rows } = await model.db.query<GroupRow>(sql, values);
  const freshness = freshnessOf(model, rows[0]);
  const shown = rows.filter(({ id }) => id !== null);
  const items = shown.map(groupCount);
  const last = items.at(-1);
  const more = last !== undefined && Number(rows[0]?.found) > items.length;
  const { failures = '0', groups = '0' } = rows[0] ?? {};
  return {
    ...{ freshness, items, failures: Number(failures), groups: Number(groups), countedFrom },
    next: more ? [String(last.count), last.id] : null,
  };
}

function groupCount(row: GroupRow): ErrorGroupCount {
  const { id, kind, error_class, count, first_seen, last_seen } = row;
  return {
    id: id ?? '',
    kind,
    subtask_kind: row.subtask_kind || null,
    definition: row.definition || null,
    error_code: shownErrorCode(row.error_code || null),
    error_class,
    retryable: isRetryable(error_class),
    message: row.message || null,
    count: Number(count),
    first_seen: shownInstant(first_seen),
    last_seen: shownInstant(last_seen),
    hours: row.hours
      .split(' ')
      .map(hourCount)
      .sort((a, b) => (a.start < b.start ? -1 : 1)),
    sample_tasks: row.samples.flatMap(([account, text]) =>
      account === null || text === null ? [] : [{ account, task_id: JSON.parse(text) as string }],
    ),
  };
}

function hourCount(text: string): ErrorGroupCount['hours'][number] {
  const [seconds = 0, count = 0] = text.split(':').map(Number);
  return { start: new Date(seconds * 1000).toISOString(), count };
}

const DAY_MS = 86_400_000;

/** Hours of a range: whole days are read as such. */
function countedTimes([from, before]: HourRange): readonly CountedTimes[] {
  const firstDay = toDay(from, Math.ceil);
  const lastDay = toDay(before, Math.floor);
  if (firstDay >= lastDay) return [[1, from, before]];
  const times: readonly CountedTimes[] = [
    [1, from, firstDay],
    [24, firstDay, lastDay],
    [1, lastDay, before],
  ];
  return times.filter(([, first, end]) => first !== end);
}

function toDay(hour: string, round: (days: number) => number): string {
  return hour.endsWith('infinity') ? hour : new Date(round(Date.parse(hour) / DAY_MS) * DAY_MS).toISOString();
}
