import { isNotificationPlace } from '@mps-ledger/read-model';
import type { NotificationFilter, NotificationPlace } from '@mps-ledger/read-model';
import { NOTIFICATIONS_FILTERS } from '../contract/parameters';
import type { Filter, List } from '../http/paging';
import { makeParameterReader, present } from '../http/parameters';

const readFilters = makeParameterReader(NOTIFICATIONS_FILTERS);

/** The filter that parameters say. Throws a Problem for what cannot be taken. */
export function notificationsFilterOf(parameters: Readonly<Record<string, unknown>>): Filter & NotificationFilter {
  return present(readFilters(parameters));
}

/** The list of notifications. */
export const NOTIFICATIONS: List<NotificationPlace> = {
  name: 'notifications',
  filterOf: notificationsFilterOf,
  isPlace: isNotificationPlace,
};
