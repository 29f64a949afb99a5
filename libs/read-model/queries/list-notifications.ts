import { NOTIFICATION_LIST } from '../filter-keys';
import type { ReadModel } from '../read-model';
import { NOTIFICATION_COLUMNS, storedNotification } from './find-notification';
import type { NotificationRow, StoredNotification } from './find-notification';
import { freshnessOf, freshWithRejected } from './freshness';
import type { Freshness } from './freshness';
import type { Page } from './list-tasks';
import { newestFirst } from './newest-first';
import type { NewestFirst } from './newest-first';

/** Which notifications; a member that is left out does not matter. */
export interface NotificationFilter {
  readonly state?: string;
  readonly kind?: string;
  readonly account?: string;
}

/** Place of a notification in the list: received (with microseconds), id, topic, partition, offset. */
export type NotificationPlace = readonly string[];

interface ListRow extends NotificationRow {
  readonly found: string;
}

/** The record's own place comes last, as one notification may be on the log twice. */
const PLACE = ['received', 'notification_id', 'topic', 'partition', '"offset"'];
const NEWEST_FIRST = `order by ${PLACE.map((column) => `${column} desc`).join(', ')}`;

/** Before the newest. */
const THE_BEGINNING: NotificationPlace = ['infinity', '', '', '0', '0'];

/** Lists notifications, the one received first last; order, place and page as in `listTasks`. */
export async function listNotifications(
  model: ReadModel,
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
  const [time = '', id = '', ...record] = after ?? THE_BEGINNING;
  const place = record.map((value) => `$${values.push(value)}`);
  const selection = {
    ...{ filter: new Map(Object.entries(filter)), behind: { time, id }, notBefore: '-infinity' },
    tied: `(topic, partition, "offset") < (${place.join(', ')})`,
  };
  const { rows } = await model.db.query<ListRow>(
    sql(schema, newestFirst(schema, NOTIFICATION_LIST, selection, '$1', values)),
    values,
  );
  const freshness = freshnessOf(model, rows[0]);
  const shown = rows.filter((row) => row.topic !== null);
  const last = shown.at(-1);
  const more = last !== undefined && Number(last.found) > shown.length;
  return { freshness, items: shown.map(storedNotification), next: more ? placeOf(last) : null };
}

function placeOf(row: ListRow): NotificationPlace {
  const { received, notification_id, topic, partition, offset } = row;
  return [received ?? '', notification_id ?? '', topic ?? '', String(partition), offset];
}

function sql(schema: string, { keys, rows }: NewestFirst): string {
  return `with recursive ${keys} ${freshWithRejected(schema)}
select fresh.*, page.* from fresh left join lateral (
  select * from (
    select ${NOTIFICATION_COLUMNS}, count(*) over () as found, row_number() over (${NEWEST_FIRST}) as place,
      sum(coalesce(octet_length(task_id_json), 0)) over (${NEWEST_FIRST}) as bytes
    from (
      select * from (${rows}) candidates ${NEWEST_FIRST} limit $1
    ) found
  ) sized
  where place <= $2 and (place = 1 or bytes <= $3)
) page on true
order by page.place`;
}
