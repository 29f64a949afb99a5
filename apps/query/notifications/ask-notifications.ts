import { listNotifications } from '@mps-ledger/read-model';
import type { NotificationFilter, Queryable } from '@mps-ledger/read-model';
import { freshnessHeaders, nextLink } from '../http/answer';
import type { Answer } from '../http/answer';
import { pageOf, startOf } from '../http/paging';
import type { Filter } from '../http/paging';
import type { Reading } from '../reading';
import { notificationAnswer } from './notification-answer';
import { NOTIFICATIONS } from './notifications-list';

export interface NotificationsQuestion {
  /** As given, values checked. */
  readonly filter: Filter & NotificationFilter;
  readonly cursor: string | undefined;
  readonly limit: number | undefined;
}

/** Answers a page of the list of notifications that were derived or rejected, the one received first last, when its turn comes. */
export function askNotifications({ db, lists }: Reading, question: NotificationsQuestion): Promise<Answer> {
  return lists.run(() => pageOfNotifications(db, question));
}

async function pageOfNotifications(db: Queryable, question: NotificationsQuestion): Promise<Answer> {
  const { filter, after, cursorAfter } = await startOf(db, NOTIFICATIONS, question.filter, question.cursor);
  const page = pageOf(question.limit);
  const { freshness, items, next } = await listNotifications(db, filter, after, page);
  const next_cursor = cursorAfter(next);
  return {
    headers: { ...freshnessHeaders(freshness), ...nextLink(next_cursor, page.limit) },
    body: { items: items.map((item) => notificationAnswer(item, freshness)), next_cursor },
  };
}
