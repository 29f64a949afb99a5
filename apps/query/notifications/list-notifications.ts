import { isNotificationPlace, listNotifications as readNotifications } from '@mps-ledger/read-model';
import type { NotificationFilter, NotificationPlace } from '@mps-ledger/read-model';
import { makeParameterReader } from '@mps-ledger/platform';
import type { Answer } from '../http/answer';
import { listStart, pageOf } from '../http/paging';
import type { Filter } from '../http/cursor';
import { onlyFields } from '../http/fields';
import type { List } from '../http/paging';
import type { QueryContext } from '../query-context';
import { answerAtPosition, type PositionOptions } from '../waiting/min-position';
import { NOTIFICATIONS_FILTERS } from './notification-parameters';
import { notificationAnswer } from './notification-answer';

export interface NotificationListRequest extends PositionOptions {
  /** As given, values checked. */
  readonly filter: Filter & NotificationFilter;
  readonly cursor: string | undefined;
  readonly limit: number | undefined;
  /** Members of items; undefined: all. */
  readonly fields: readonly string[] | undefined;
}

const NOTIFICATIONS: List<NotificationPlace> = {
  name: 'notifications',
  filterOf: makeParameterReader(NOTIFICATIONS_FILTERS),
  isPlace: isNotificationPlace,
};

/** Answers a page of derived or rejected notifications, newest first, once the limit on concurrent lists allows it. */
export function listNotifications(context: QueryContext, request: NotificationListRequest): Promise<Answer> {
  return answerAtPosition(context, request, () => context.lists.run(() => pageOfNotifications(context, request)));
}

async function pageOfNotifications({ db, cursors }: QueryContext, request: NotificationListRequest): Promise<Answer> {
  const { filter, after, cursorAfter } = await listStart(cursors, NOTIFICATIONS, request.filter, request.cursor);
  const page = pageOf(request.limit);
  const { freshness, items, next } = await readNotifications(db, request.visible, filter, after, page);
  const next_cursor = cursorAfter(next);
  const { fields } = request;
  return {
    freshness,
    next: { cursor: next_cursor, limit: page.limit, fields },
    body: () => ({ items: items.map((item) => onlyFields(notificationAnswer(item, freshness), fields)), next_cursor }),
  };
}
