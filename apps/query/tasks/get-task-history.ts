import { isRecordPlace, readHistory, visibleTaskKey } from '@mps-ledger/read-model';
import type { Freshness, HistoryItem, RecordPlace } from '@mps-ledger/read-model';
import { formatItemPosition } from '@mps-ledger/records';
import { freshnessHeaders } from '../http/answer';
import type { Answer } from '../http/answer';
import { pageOf, listStart } from '../http/paging';
import type { List } from '../http/paging';
import { makeParameterReader } from '@mps-ledger/platform';
import type { QueryContext } from '../query-context';
import { answerAtPosition, type PositionOptions } from '../waiting/min-position';
import { taskNotFound } from './task-problems';

export interface HistoryRequest extends PositionOptions {
  readonly account: string;
  /** Exact. */
  readonly taskId: string;
  readonly cursor: string | undefined;
  readonly limit: number | undefined;
}

/** Answers a page of a task's history, in the order of the log. */
export function getTaskHistory(context: QueryContext, request: HistoryRequest): Promise<Answer> {
  return answerAtPosition(context, request, () => pageOfHistory(context, request));
}

async function pageOfHistory({ db, cursors }: QueryContext, request: HistoryRequest): Promise<Answer> {
  const { visible, account, taskId, cursor, limit } = request;
  const key = visibleTaskKey(visible, account, taskId);
  const { after, cursorAfter } = await listStart(cursors, historyOf(key), {}, cursor);
  const page = pageOf(limit);
  const { freshness, known, items, next } = await readHistory(db, key, after, page);
  if (!known) throw taskNotFound(account, taskId, freshnessHeaders(freshness), null);
  const next_cursor = cursorAfter(next);
  return {
    freshness,
    next: { cursor: next_cursor, limit: page.limit, account },
    body: () =>
      `{"items":[${items.map((item) => shown(item, freshness)).join()}],"next_cursor":${JSON.stringify(next_cursor)}}`,
  };
}

const readNoFilter = makeParameterReader({});

/** The history of one task, which has no filter. */
function historyOf(key: Buffer): List<RecordPlace> {
  return { name: `history ${key.toString('hex')}`, filterOf: readNoFilter, isPlace: isRecordPlace };
}

/** JSON text that contains the event byte for byte as on the log. */
function shown({ annotations, logged, event, parkedReason, ...place }: HistoryItem, log: Freshness): string {
  const { logId, logGeneration, eventGeneration } = log;
  const reason = parkedReason === null ? {} : { reason: parkedReason };
  const head = JSON.stringify({
    position: formatItemPosition({ logId, logGeneration, eventGeneration, ...place }),
    logged,
    annotations,
    ...reason,
  });
  return `${head.slice(0, -1)},"event":${event}}`;
}
