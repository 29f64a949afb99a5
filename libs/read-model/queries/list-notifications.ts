import { NOTIFICATION_LIST } from '../filter-keys';
import type { ReadModel } from '../read-model';
import { visibleFilter, type VisibleAccounts } from '../visible-accounts';
import { cut, INDEXED_TEXT } from '../write/text';
import { storedNotification } from './find-notification';
import type { NotificationRow, StoredNotification } from './find-notification';
import { freshnessOf } from './freshness';
import type { Freshness } from './freshness';
import type { Page } from './list-tasks';
import { newestFirst } from '../sql/newest-first';
import { listNotificationsSql } from '../sql/list-notifications';

/** Which notifications; a member that is left out does not matter, and one matches that has one of the values of each other one. */
export interface NotificationFilter {
  readonly state?: readonly string[];
  readonly kind?: readonly string[];
  readonly account?: readonly string[];
  readonly source?: readonly string[];
  readonly trust?: readonly string[];
  /** Compared as the row has it: sanitised, its first 200 characters. */
  readonly session_id?: readonly string[];
  /** `true`: it names no task. */
  readonly unattributed?: string;
  /** RFC 3339; received at or after, or before this time. */
  readonly received_after?: string;
  readonly received_before?: string;
}

/** Place of a notification in the list: received (with microseconds), id, topic, partition, offset. */
export type NotificationPlace = readonly string[];

interface ListRow extends NotificationRow {
  readonly found: string;
}

/** Lists notifications, newest first; order, place and page as in `listTasks`. */
export async function listNotifications(
  model: ReadModel,
  visible: VisibleAccounts,
  filter: NotificationFilter,
  after: NotificationPlace | null,
  page: Page,
): Promise<{
  readonly freshness: Freshness;
  readonly items: readonly StoredNotification[];
  readonly next: NotificationPlace | null;
}> {
  const { schema } = model;
  const values: unknown[] = [page.limit + 1, page.limit, page.maxBytes];
  const {
    received_after: notBefore = '-infinity',
    received_before = 'infinity',
    ...columns
  } = visibleFilter(visible, filter);
  const [time = '', id = '', ...record] = after ?? [received_before, '', '', '0', '0'];
  const place = record.map((value) => `$${values.push(value)}`);
  const selection = {
    ...{ filter: new Map(Object.entries(columns).map(asInRows)), behind: { time, id }, notBefore },
    tied: `(topic, partition, "offset") < (${place.join(', ')})`,
  };
  const { rows } = await model.db.query<ListRow>(
    listNotificationsSql(schema, newestFirst(schema, NOTIFICATION_LIST, selection, '$1', values)),
    values,
  );
  const freshness = freshnessOf(model, rows[0]);
  const shown = rows.filter((row) => row.topic !== null);
  const last = shown.at(-1);
  const more = last !== undefined && Number(last.found) > shown.length;
  return { freshness, items: shown.map(storedNotification), next: more ? placeOf(last) : null };
}

function asInRows([column, given]: [string, string | readonly string[]]): [string, readonly string[]] {
  const values = typeof given === 'string' ? [given] : given;
  return [column, [...new Set(values.map((value) => cut(value, INDEXED_TEXT)))]];
}

function placeOf(row: ListRow): NotificationPlace {
  const { received, notification_id, topic, partition, offset } = row;
  return [received ?? '', notification_id ?? '', topic ?? '', String(partition), offset];
}
