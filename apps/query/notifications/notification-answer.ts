import type { Freshness, StoredNotification } from '@mps-ledger/read-model';
import { formatReceipt, receiptCheck, TOPICS } from '@mps-ledger/records';

/** A notification as `GET /v1/notifications/{receipt}` answers it. Of a `received` one only the receipt is known. */
export interface NotificationAnswer {
  /** Null for a rejected one, which has none, and where the notification id, of which it holds a check, is unknown. */
  readonly receipt: string | null;
  readonly notification_id: string | null;
  readonly state: string;
  readonly kind: string | null;
  readonly account: string | null;
  readonly task_id: string | null;
  readonly reason: string | null;
  readonly detail: string | null;
  readonly digest: string | null;
  readonly size: number | null;
  readonly events: number | null;
  readonly source: string | null;
  readonly trust: string | null;
  readonly received: string | null;
}

export function notificationAnswer(stored: StoredNotification, log: Freshness): NotificationAnswer {
  return {
    receipt: receiptOf(stored, log),
    notification_id: stored.notificationId,
    state: stored.state,
    kind: stored.kind,
    account: stored.account,
    task_id: stored.taskId,
    reason: stored.reason,
    detail: stored.detail,
    digest: stored.digest,
    size: stored.size,
    events: stored.events,
    source: stored.source,
    trust: stored.trust,
    received: stored.received,
  };
}

function receiptOf(stored: StoredNotification, { logId, logGeneration }: Freshness): string | null {
  const { topic, partition, offset, notificationId } = stored;
  if (topic !== TOPICS.raw || notificationId === null) return null;
  return formatReceipt({ logId, logGeneration, partition, offset, check: receiptCheck(notificationId) });
}

/** A notification that, by its receipt, is on the log, and is not derived and applied yet. */
export function onlyReceived(receipt: string): NotificationAnswer {
  return {
    receipt,
    notification_id: null,
    state: 'received',
    kind: null,
    account: null,
    task_id: null,
    reason: null,
    detail: null,
    digest: null,
    size: null,
    events: null,
    source: null,
    trust: null,
    received: null,
  };
}
