import { isRecordPlace, readFirstHistoryOfAny, readHistory, visibleTaskKey } from '@mps-ledger/read-model';
import type { Freshness, HistoryFilter, HistoryItem, HistoryPage, RecordPlace } from '@mps-ledger/read-model';
import { CLOUD_EVENT_TYPE_PREFIX, formatItemPosition } from '@mps-ledger/records';
import { freshnessHeaders } from '../http/answer';
import type { Answer } from '../http/answer';
import type { Filter } from '../http/cursor';
import { pageOf, listStart } from '../http/paging';
import type { List, ListStart } from '../http/paging';
import { makeParameterReader } from '@mps-ledger/platform';
import type { QueryContext } from '../query-context';
import { answerAtPosition, type PositionOptions } from '../waiting/min-position';
import { HISTORY_FILTERS } from './task-parameters';
import { accountOf, assumedAccount, onlyAccount, refuseSeveral } from './task-of-account';
import { taskNotFound } from './task-problems';

export interface HistoryRequest extends PositionOptions {
  /** Null: of whichever account has it. */
  readonly account: string | null;
  /** Exact. */
  readonly taskId: string;
  /** As given, values checked. */
  readonly filter: Filter & HistoryFilter;
  readonly cursor: string | undefined;
  readonly limit: number | undefined;
}

/** Answers a page of a task's history, in the order of the log. */
export function getTaskHistory(context: QueryContext, request: HistoryRequest): Promise<Answer> {
  return answerAtPosition(context, request, () => pageOfHistory(context, request));
}

async function pageOfHistory(context: QueryContext, request: HistoryRequest): Promise<Answer> {
  const read = isWhole(request) && onlyAccount(request) === null ? readFirst : readPage;
  const { account, page, cursorAfter } = await read(context, request);
  const { freshness, known, items, next } = page;
  if (!known) throw taskNotFound(request.account, request.taskId, freshnessHeaders(freshness), null);
  const next_cursor = cursorAfter(next);
  return {
    freshness,
    next: { cursor: next_cursor, limit: pageOf(request.limit).limit, account },
    body: () =>
      `{"items":[${items.map((item) => shown(item, freshness)).join()}],"next_cursor":${JSON.stringify(next_cursor)}}`,
  };
}

/** From the beginning, without a filter. */
const isWhole = ({ cursor, filter }: HistoryRequest): boolean =>
  cursor === undefined && Object.keys(filter).length === 0;

interface FoundPage extends Pick<ListStart<RecordPlace>, 'cursorAfter'> {
  readonly account: string;
  readonly page: HistoryPage;
}

async function readPage(context: QueryContext, request: HistoryRequest): Promise<FoundPage> {
  const { db, cursors } = context;
  const { visible, taskId, cursor, limit } = request;
  const account = await accountOf(context, request);
  const key = visibleTaskKey(visible, account, taskId);
  const { filter, after, cursorAfter } = await listStart(cursors, historyOf(key), request.filter, cursor);
  return { account, page: await readHistory(db, key, recordFilter(filter), after, pageOf(limit)), cursorAfter };
}

/** The first page of a task whose account is not given: account and page in one statement. */
async function readFirst({ db, cursors }: QueryContext, request: HistoryRequest): Promise<FoundPage> {
  const { visible, taskId, limit } = request;
  const assumed = assumedAccount(request);
  const of = { taskId, visible, assumedKey: visibleTaskKey(visible, assumed, taskId) };
  const { accounts, ...page } = await readFirstHistoryOfAny(db, of, pageOf(limit));
  refuseSeveral(taskId, accounts, page.freshness);
  const account = accounts[0] ?? assumed;
  const key = visibleTaskKey(visible, account, taskId);
  return { account, page, ...(await listStart(cursors, historyOf(key), {}, undefined)) };
}

const filterOf = makeParameterReader(HISTORY_FILTERS);

/** The history of one task. */
function historyOf(key: Buffer): List<RecordPlace> {
  return { name: `history ${key.toString('hex')}`, filterOf, isPlace: isRecordPlace };
}

/** Rows have the types of events without their prefix. */
function recordFilter({ type, ...filter }: HistoryFilter): HistoryFilter {
  if (type === undefined) return filter;
  return { ...filter, type: type.map((one) => one.slice(CLOUD_EVENT_TYPE_PREFIX.length)) };
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
