import { NOTIFICATION_COLUMNS } from './find-notification';
import { freshWithRejected } from './fresh';
import type { NewestFirst } from './newest-first';

/** The record's own place comes last, as one notification may be on the log twice. */
const PLACE = ['received', 'notification_id', 'topic', 'partition', '"offset"'];

const NEWEST_FIRST = `order by ${PLACE.map((column) => `${column} desc`).join(', ')}`;

/** One statement, as in `listTasksSql`; its rows are found by `newestFirst`. */
export function listNotificationsSql(schema: string, { keys, rows }: NewestFirst): string {
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
