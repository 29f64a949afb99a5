import type { ReadModel } from '../read-model';
import { isVisible, type VisibleAccounts } from '../visible-accounts';
import { freshnessOf } from './freshness';
import type { Freshness, FreshRow } from './freshness';
import { shownInstant } from '../sql/instants';
import { FIND_NOTIFICATION, FIND_NOTIFICATION_BY_ID } from '../sql/find-notification';

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
  /** Its configured source; null where its event does not say, being of an earlier build. */
  readonly source: string | null;
  readonly trust: string | null;
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
  readonly source: string | null;
  readonly trust: string | null;
  readonly received: string | null;
}

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
    source: row.source,
    trust: row.trust,
    received: row.received === null ? null : shownInstant(row.received),
  };
}

type Found = Promise<{ readonly freshness: Freshness; readonly notification: StoredNotification | null }>;

/** What became of the raw record at a place; null where no row says so, or only one that is not visible. */
export async function findNotification(
  model: ReadModel,
  visible: VisibleAccounts,
  place: { readonly partition: number; readonly offset: number },
): Found {
  const values = [place.partition, place.offset];
  return found(model, visible, await model.db.query<NotificationRow>(FIND_NOTIFICATION(model), values));
}

/** What became of the notification with this id, a UUIDv7 in lower case, be it derived or rejected; null as above. */
export async function findNotificationById(model: ReadModel, visible: VisibleAccounts, id: string): Found {
  const made = Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
  return found(model, visible, await model.db.query<NotificationRow>(FIND_NOTIFICATION_BY_ID(model), [id, made]));
}

async function found(
  model: ReadModel,
  visible: VisibleAccounts,
  { rows }: { readonly rows: readonly NotificationRow[] },
): Found {
  const [row] = rows;
  const freshness = freshnessOf(model, row);
  const isShown = row !== undefined && row.topic !== null && isVisible(visible, row.account);
  return { freshness, notification: isShown ? storedNotification(row) : null };
}
