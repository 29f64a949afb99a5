import { TOPICS } from '@mps-ledger/records';
import { inSchema, type ReadModel } from '../read-model';
import { fresh, freshnessOf, freshWithRejected } from './freshness';
import type { Freshness, FreshRow } from './freshness';
import { instantSql, shownInstant } from './instants';

/** What became of a notification, as far as it is known. */
export interface StoredNotification {
  readonly topic: string;
  readonly partition: number;
  /** Offset of the raw, or the rejected, record. */
  readonly offset: number;
  readonly notificationId: string | null;
  readonly state: string;
  readonly kind: string | null;
  /** Null where its own event could not be applied; likewise the id and the time, where that does not say them. */
  readonly account: string | null;
  /** Exact; null where none is named. */
  readonly taskId: string | null;
  readonly reason: string | null;
  /** More about the reason, for a person. */
  readonly detail: string | null;
  readonly digest: string | null;
  readonly size: number | null;
  /** Number of events derived; null where it was rejected. */
  readonly events: number | null;
  /** RFC 3339, UTC, milliseconds. */
  readonly received: string | null;
}

/** Columns of `notification`, as they arrive. */
export interface NotificationRow extends FreshRow {
  readonly topic: string | null;
  readonly partition: number;
  readonly offset: string;
  readonly notification_id: string | null;
  readonly state: string;
  readonly kind: string | null;
  readonly account: string | null;
  readonly task_id_json: string | null;
  readonly reason: string | null;
  readonly detail: string | null;
  readonly digest: string | null;
  readonly size: string | null;
  readonly events: number | null;
  readonly received: string | null;
}

export const NOTIFICATION_COLUMNS = `topic, partition, "offset", notification_id, state, kind,
  account, task_id_json, reason, detail, digest, size, events, ${instantSql('received')} as received`;

export function storedNotification(row: NotificationRow): StoredNotification {
  return {
    topic: row.topic ?? '',
    partition: row.partition,
    offset: Number(row.offset),
    notificationId: row.notification_id,
    state: row.state,
    kind: row.kind,
    account: row.account,
    taskId: row.task_id_json === null ? null : (JSON.parse(row.task_id_json) as string),
    reason: row.reason,
    detail: row.detail,
    digest: row.digest,
    size: row.size === null ? null : Number(row.size),
    events: row.events,
    received: row.received === null ? null : shownInstant(row.received),
  };
}

type Found = Promise<{ readonly freshness: Freshness; readonly notification: StoredNotification | null }>;

/** A `notification.received` that is parked has no row of its own; what can be said of it is looked for only then. */
const BY_PLACE = inSchema(
  (schema) => `with ${fresh(schema)},
derived as (
  select ${NOTIFICATION_COLUMNS} from ${schema}.notification
  where topic = '${TOPICS.raw}' and partition = $1 and "offset" = $2
),
parked as (
  select '${TOPICS.raw}', partition, raw_offset, causation_id, 'derived', 'unknown',
    null, null, 'parked: ' || reason, null, null, null::bigint, null::int, ${instantSql('received')}
  from ${schema}.parked
  where topic = '${TOPICS.events}' and partition = $1 and raw_offset = $2
    and type = 'notification.received' and not exists (select from derived)
  limit 1
)
select fresh.*, n.* from fresh left join lateral (select * from derived union all select * from parked) n on true`,
);

/** What became of the raw record at a place; null where no row says so. */
export async function findNotification(
  model: ReadModel,
  place: { readonly partition: number; readonly offset: number },
): Found {
  return found(model, await model.db.query<NotificationRow>(BY_PLACE(model), [place.partition, place.offset]));
}

/**
 * The table is in order of the time received, and a UUIDv7 begins with the millisecond it was made in, moments before or
 * after: so a minute to both sides is searched, and no index of ids is needed.
 */
const BY_ID = inSchema(
  (schema) => `with ${freshWithRejected(schema)}
select fresh.*, n.* from fresh left join lateral (
  select ${NOTIFICATION_COLUMNS} from ${schema}.notification
  where notification_id = $1
    and received between to_timestamp($2::double precision / 1000) - interval '1 minute'
      and to_timestamp($2::double precision / 1000) + interval '1 minute'
  order by topic, partition, "offset" limit 1
) n on true`,
);

/** What became of the notification with this id, a UUIDv7 in lower case, be it derived or rejected. */
export async function findNotificationById(model: ReadModel, id: string): Found {
  const made = Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
  return found(model, await model.db.query<NotificationRow>(BY_ID(model), [id, made]));
}

async function found(model: ReadModel, { rows }: { readonly rows: readonly NotificationRow[] }): Found {
  const [row] = rows;
  const freshness = freshnessOf(model, row);
  return { freshness, notification: row === undefined || row.topic === null ? null : storedNotification(row) };
}
