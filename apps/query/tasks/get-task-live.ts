import { makeParameterReader } from '@mps-ledger/platform';
import { isLivePlace, readLive, visibleTaskKey } from '@mps-ledger/read-model';
import type { LiveFilter, LivePlace } from '@mps-ledger/read-model';
import { freshnessHeaders } from '../http/answer';
import type { Answer } from '../http/answer';
import type { Filter } from '../http/cursor';
import { listStart, pageOf } from '../http/paging';
import type { List } from '../http/paging';
import type { QueryContext } from '../query-context';
import { answerAtPosition, type PositionOptions } from '../waiting/min-position';
import { LIVE_FILTERS } from './task-parameters';
import { accountOf } from './task-of-account';
import { taskNotFound } from './task-problems';

export interface LiveRequest extends PositionOptions {
  /** Null: of whichever account has it. */
  readonly account: string | null;
  /** Exact. */
  readonly taskId: string;
  /** As given, values checked. */
  readonly filter: Filter & LiveFilter;
  readonly cursor: string | undefined;
  readonly limit: number | undefined;
}

/** Answers a page of the items of a live stream, by their start, once the limit on concurrent lists allows it. */
export function getTaskLive(context: QueryContext, request: LiveRequest): Promise<Answer> {
  return answerAtPosition(context, request, () => context.lists.run(() => pageOfLive(context, request)));
}

async function pageOfLive(context: QueryContext, request: LiveRequest): Promise<Answer> {
  const { db, cursors } = context;
  const { visible, taskId, filter: given, cursor, limit } = request;
  const account = await accountOf(context, request);
  const key = visibleTaskKey(visible, account, taskId);
  const { filter, after, cursorAfter } = await listStart(cursors, liveItemsOf(key), given, cursor);
  const page = pageOf(limit);
  const { freshness, known, items, next, counts } = await readLive(db, key, filter, after, page);
  if (!known) throw taskNotFound(request.account, taskId, freshnessHeaders(freshness), null);
  const next_cursor = cursorAfter(next);
  return {
    freshness,
    next: { cursor: next_cursor, limit: page.limit, account },
    body: () => ({ items, counts, next_cursor }),
  };
}

const filterOf = makeParameterReader(LIVE_FILTERS);

function liveItemsOf(key: Buffer): List<LivePlace> {
  return { name: `live ${key.toString('hex')}`, filterOf, isPlace: isLivePlace };
}
