import { Problem } from '@mps-ledger/platform';
import type { Freshness } from '@mps-ledger/read-model';
import { formatReceipt, receiptCheck } from '@mps-ledger/records';
import type { Receipt } from '@mps-ledger/records';
import { freshnessHeaders } from '../http/answer';
import { LONGEST_WAIT } from '../http/prefer';

/** Throws 410 for a receipt of another log or log generation, 400 for one of a partition that this log does not have. */
export function checkReceipt(receipt: Receipt, freshness: Freshness): void {
  if (receipt.logId !== freshness.logId || receipt.logGeneration !== freshness.logGeneration) {
    throw new Problem({
      status: 410,
      code: 'receipt-of-another-log',
      detail:
        `The receipt is of log ${receipt.logId}, log generation ${receipt.logGeneration}; here is log ${freshness.logId}, ` +
        `log generation ${freshness.logGeneration}. It will never be found here: ask the installation that issued it, or omit it.`,
      headers: freshnessHeaders(freshness),
    });
  }
  if (receipt.partition >= freshness.offsets.length) {
    throw new Problem({
      status: 400,
      code: 'receipt-without-partition',
      detail: `The receipt names partition ${receipt.partition}; this log has 0 to ${freshness.offsets.length - 1}.`,
      headers: freshnessHeaders(freshness),
    });
  }
}

/**
 * Throws 410 where the receipt was issued for another notification than the one now at its place. That happens when the log is
 * set back, as by restoring the database that it lies in.
 * @param notificationId of the notification at the receipt's place; null where that record has none
 */
export function checkRecord(receipt: Receipt, notificationId: string | null, freshness: Freshness): void {
  if (notificationId !== null && receipt.check === receiptCheck(notificationId)) return;
  throw new Problem({
    status: 410,
    code: 'receipt-of-another-record',
    detail:
      `Partition ${receipt.partition} has another record at raw offset ${receipt.offset} than the one that ${formatReceipt(receipt)} ` +
      `was issued for. The log was set back afterwards, as by restoring a database from a dump, and the notification of the ` +
      `receipt is no longer on it: send it again, or omit the receipt.`,
    headers: freshnessHeaders(freshness),
  });
}

/** Whether the receipt's notification and all before it in its partition are applied. */
export function isApplied(receipt: Receipt, freshness: Freshness): boolean {
  return receipt.offset < rawAppliedOf(receipt, freshness);
}

export function rawAppliedOf({ partition }: Receipt, { rawNext }: Freshness): number {
  return rawNext[partition] ?? 0;
}

/** Whether it may be applied although an earlier one is not, since a later one of its partition is: only its row says. */
export function isAmongApplied(receipt: Receipt, freshness: Freshness): boolean {
  return !isApplied(receipt, freshness) && receipt.offset < (freshness.rawTop[receipt.partition] ?? 0);
}

/** 503: the receipt's notification is not applied yet. */
export function behind(receipt: Receipt, freshness: Freshness): Problem {
  return behindOf(
    `${formatReceipt(receipt)} is not applied yet: in partition ${receipt.partition} everything before raw offset ` +
      `${rawAppliedOf(receipt, freshness)} is applied`,
    freshness,
  );
}

/** 503: the rows are behind what the request demands. */
export function behindOf(what: string, freshness: Freshness): Problem {
  const { lagMs } = freshness;
  return new Problem({
    status: 503,
    code: 'read-model-behind',
    detail:
      `${what}. The read model ${lagMs === null ? 'was never complete' : `is complete as of ${lagMs} ms ago`}. ` +
      `Retry, or wait with "Prefer: wait=N" (N seconds, ${LONGEST_WAIT} at most). If the lag keeps growing, check that ingest (derive) and projector run.`,
    headers: { ...freshnessHeaders(freshness), 'retry-after': String(retryAfter(lagMs)) },
  });
}

/** Seconds, the more the further behind the rows are. */
function retryAfter(lagMs: number | null): number {
  return lagMs === null ? 5 : Math.min(30, Math.max(1, Math.ceil(lagMs / 5000)));
}
