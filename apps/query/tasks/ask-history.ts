import { readHistory, taskKey } from '@mps-ledger/read-model';
import type { Freshness, HistoryItem, RecordPlace } from '@mps-ledger/read-model';
import { formatItemPosition } from '@mps-ledger/wire';
import { freshnessHeaders, nextLink } from '../http/answer';
import type { Answer } from '../http/answer';
import { nextCursor, pageOf, startOf } from '../http/paging';
import type { Reading } from '../reading';
import { taskNotFound } from './task-problems';

export interface HistoryQuestion {
  readonly account: string;
  /** Exact. */
  readonly taskId: string;
  readonly cursor: string | undefined;
  readonly limit: number | undefined;
}

/** Answers a page of a task's life, in the order of the log. */
export async function askHistory({ db }: Reading, question: HistoryQuestion): Promise<Answer> {
  const { account, taskId, cursor, limit } = question;
  const key = taskKey(account, taskId);
  const list = `history ${key.toString('hex')}`;
  const { after } = await startOf(db, list, {}, cursor);
  const page = pageOf(limit);
  const { freshness, known, items, next } = await readHistory(db, key, after as RecordPlace | null, page);
  if (!known) throw taskNotFound(account, taskId, freshnessHeaders(freshness), null);
  const next_cursor = nextCursor(freshness.logId, list, {}, next);
  return {
    headers: {
      ...freshnessHeaders(freshness),
      ...(next_cursor !== null && { link: nextLink(next_cursor, page.limit, account) }),
    },
    body: { items: items.map((item) => shown(item, freshness)), next_cursor },
  };
}

function shown(item: HistoryItem, { logId }: Freshness): object {
  const { generation, partition, offset, id, type, occurred, received, logged, trust, annotations, data } = item;
  return {
    position: formatItemPosition({ logId, generation, partition, offset }),
    id,
    type,
    occurred,
    received,
    logged,
    trust,
    annotations,
    ...(item.parkedReason !== null && { reason: item.parkedReason }),
    data,
  };
}
