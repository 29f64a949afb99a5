import { isUsagePlace, listUsage as readUsage, USAGE_DIMENSIONS } from '@mps-ledger/read-model';
import type { UsageDimension, UsageFilter, UsagePlace } from '@mps-ledger/read-model';
import { makeParameterReader } from '@mps-ledger/platform';
import type { Answer } from '../http/answer';
import type { Filter } from '../http/cursor';
import { CSV_TYPE, csvPage, csvRows } from '../http/csv';
import { DEFAULT_LIMIT, listStart, type List } from '../http/paging';
import type { QueryContext } from '../query-context';
import { answerAtPosition, type PositionOptions } from '../waiting/min-position';
import { USAGE_SELECTION } from './report-parameters';
import { TOTALS } from './report-schemas';
import { wholeDays, type EndedTimes } from './whole-times';

/** What is summed up, and by what sums are told apart. */
interface UsageSelection extends UsageFilter, EndedTimes {
  readonly by?: readonly string[];
}

export interface UsageRequest extends PositionOptions {
  /** As given, values checked. */
  readonly selection: Filter & UsageSelection;
  /** How a page is written. */
  readonly format: 'json' | 'csv';
  readonly cursor: string | undefined;
  readonly limit: number | undefined;
}

const USAGE: List<UsagePlace> = {
  name: 'usage',
  filterOf: makeParameterReader(USAGE_SELECTION),
  isPlace: isUsagePlace,
};

const DEFAULT_BY = ['day', 'kind', 'subtask_kind', 'definition'];

/** Answers a page of sums of usage, once the limit on concurrent lists allows it. */
export function listUsage(context: QueryContext, request: UsageRequest): Promise<Answer> {
  return answerAtPosition(context, request, () => context.lists.run(() => pageOfUsage(context, request)));
}

async function pageOfUsage({ db, cursors }: QueryContext, request: UsageRequest): Promise<Answer> {
  const start = await listStart(cursors, USAGE, request.selection, request.cursor);
  const { by = DEFAULT_BY, ended_after, ended_before, ...filter }: UsageSelection = start.filter;
  const { format, limit = DEFAULT_LIMIT } = request;
  const { freshness, total, items, next } = await readUsage(db, request.visible, filter, {
    range: wholeDays({ ended_after, ended_before }),
    by: new Set(by as readonly UsageDimension[]),
    ...{ after: start.after, limit },
  });
  const next_cursor = start.cursorAfter(next);
  if (format === 'json')
    return { freshness, next: { cursor: next_cursor, limit }, body: () => ({ total, items, next_cursor }) };
  const columns = [...USAGE_DIMENSIONS.filter((name) => by.includes(name)), ...TOTALS];
  return {
    freshness,
    next: { cursor: next_cursor, limit, format },
    type: CSV_TYPE,
    body: () => csvRows([[...columns, 'next_cursor']]) + csvPage(items, columns, next_cursor),
  };
}
