import { Problem } from '@mps-ledger/platform';
import type { Freshness } from '@mps-ledger/read-model';
import { formatReceipt } from '@mps-ledger/records';
import type { Receipt } from '@mps-ledger/records';
import { freshnessHeaders } from '../http/answer';

export function notFound(detail: string, freshness: Freshness): Problem {
  return new Problem({ status: 404, code: 'notification-not-found', detail, headers: freshnessHeaders(freshness) });
}

/** 404: everything up to the receipt's place is applied, and no notification is there. */
export function nothingAt(receipt: Receipt, freshness: Freshness): Problem {
  const detail = `No notification is at ${formatReceipt(receipt)}: the record there is no notification, or could not be applied.`;
  return notFound(detail, freshness);
}
