import { NOTIFICATION_LIST } from '../filter-keys';
import type { ReadModel } from '../read-model';
import { accountsToRead, type VisibleAccounts } from '../visible-accounts';
import { cut, INDEXED_TEXT } from '../write/text';
import { storedNotification } from './find-notification';
import type { NotificationRow, StoredNotification } from './find-notification';
import { freshnessOf } from './freshness';
import type { Freshness } from './freshness';
import type { Page } from './list-tasks';
import { newestOfAccounts } from '../sql/newest-first';
import { listNotificationsSql } from '../sql/list-notifications';

/** Which notifications; a member that is left out does not matter. */
export interface NotificationFilter {
  readonly state?: string;
  readonly kind?: string;
  readonly account?: string;
  /** Compared as the row has it: sanitised, its first 200 characters. */
  readonly session_id?: string;
}

/** Place of a notification in the list: received (with microseconds), id, topic, partition, offset. */
export type NotificationPlace = readonly string[];

interface ListRow extends NotificationRow {
  readonly found: string;
}

/** Before the newest. */
const THE_BEGINNING: NotificationPlace = ['infinity', '', '', '0', '0'];

/** Lists notifications, newest first; order, place and page as in `listTasks`. */
export async function listNotifications(
  model: ReadModel,
  visible: VisibleAccounts,
  { account, ...filter }: NotificationFilter,
  after: NotificationPlace | null,
  page: Page,
): Promise<{
  readonly freshness: Freshness;
  readonly items: readonly StoredNotification[];
  readonly next: NotificationPlace | null;
}> {
  const { schema } = model;
  const values: unknown[] = [page.limit + 1, page.limit, page.maxBytes];
  const [time = '', id = '', ...record] = after ?? THE_BEGINNING;
  const place = record.map((value) => `$${values.push(value)}`);
  const selection = {
    ...{ filter: new Map(Object.entries(filter).map(asInRows)), behind: { time, id }, notBefore: '-infinity' },
    tied: `(topic, partition, "offset") < (${place.join(', ')})`,
  };
  const { rows } = await model.db.query<ListRow>(
    listNotificationsSql(
      schema,
      newestOfAccounts(schema, NOTIFICATION_LIST, accountsToRead(visible, account), selection, '$1', values),
    ),
    values,
  );
  const freshness = freshnessOf(model, rows[0]);
  const shown = rows.filter((row) => row.topic !== null);
  const last = shown.at(-1);
  const more = last !== undefined && Number(last.found) > shown.length;
  return { freshness, items: shown.map(storedNotification), next: more ? placeOf(last) : null };
}

function asInRows([column, value]: [string, string]): [string, string] {
  return [column, column === 'session_id' ? cut(value, INDEXED_TEXT) : value];
}

function placeOf(row: ListRow): NotificationPlace {
  const { received, notification_id, topic, partition, offset } = row;
  return [received ?? '', notification_id ?? '', topic ?? '', String(partition), offset];
}
