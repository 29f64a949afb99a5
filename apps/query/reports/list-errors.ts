import { isErrorPlace, listErrors as readErrors } from '@mps-ledger/read-model';
import type { ErrorFilter, ErrorPlace } from '@mps-ledger/read-model';
import { makeParameterReader } from '@mps-ledger/platform';
import type { Answer } from '../http/answer';
import type { Filter } from '../http/cursor';
import { listStart, type List } from '../http/paging';
import type { QueryContext } from '../query-context';
import { answerAtPosition, type PositionOptions } from '../waiting/min-position';
import { DEFAULT_GROUPS, ERRORS_FILTERS } from './report-parameters';
import { wholeHours, withBeginning, type EndedTimes } from './whole-times';

export interface ErrorListRequest extends PositionOptions {
  /** As given, values checked. */
  readonly filter: Filter & ErrorFilter & EndedTimes;
  readonly cursor: string | undefined;
  readonly limit: number | undefined;
}

const ERRORS: List<ErrorPlace> = {
  name: 'errors',
  filterOf: makeParameterReader(ERRORS_FILTERS),
  isPlace: isErrorPlace,
};

/** Answers a page of groups of failures, those with most first, once the limit on concurrent lists allows it. */
export function listErrors(context: QueryContext, request: ErrorListRequest): Promise<Answer> {
  return answerAtPosition(context, request, () => context.lists.run(() => pageOfErrors(context, request)));
}

async function pageOfErrors({ db, cursors }: QueryContext, request: ErrorListRequest): Promise<Answer> {
  const { visible, cursor, limit = DEFAULT_GROUPS } = request;
  const given = cursor === undefined ? withBeginning(request.filter, Date.now()) : request.filter;
  const start = await listStart(cursors, ERRORS, given, cursor);
  const { ended_after, ended_before, ...filter }: ErrorFilter & EndedTimes = start.filter;
  const range = wholeHours({ ended_after, ended_before });
  const page = { range, after: start.after, limit };
  const { freshness, failures, groups, countedFrom, items, next } = await readErrors(db, visible, filter, page);
  const next_cursor = start.cursorAfter(next);
  return {
    freshness,
    next: { cursor: next_cursor, limit },
    body: () => ({
      ...{ ended_after: countedFrom ?? finite(range[0]), ended_before: finite(range[1]) },
      ...{ shortened: countedFrom !== null, failures, groups },
      ...{ items, next_cursor },
    }),
  };
}

function finite(time: string): string | null {
  return time.endsWith('infinity') ? null : time;
}
