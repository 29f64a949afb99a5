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
        `log generation ${freshness.logGeneration}. It will never be found here: ask the installation that gave it, or leave it out.`,
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
 * Throws 410 where the receipt was given for another notification than the one whose fate its place tells. A place changes
 * hands when the log is set back, as by restoring the database that it lies in.
 * @param notificationId of the notification at the receipt's place; null where what is there has none
 */
export function checkRecord(receipt: Receipt, notificationId: string | null, freshness: Freshness): void {
  if (notificationId !== null && receipt.check === receiptCheck(notificationId)) return;
  throw new Problem({
    status: 410,
    code: 'receipt-of-another-record',
    detail:
      `Partition ${receipt.partition} has another record at raw offset ${receipt.offset} than the one that ${formatReceipt(receipt)} ` +
      `was given for. The log was set back after the receipt was given, as by restoring a database from a dump, and its ` +
      `notification is no longer on it: send it again, or ask the task as it is, without the receipt.`,
    headers: freshnessHeaders(freshness),
  });
}

/** Whether all that was derived from the receipt's notification is in the rows. */
export function isApplied(receipt: Receipt, freshness: Freshness): boolean {
  return receipt.offset < rawAppliedOf(receipt, freshness);
}

export function rawAppliedOf({ partition }: Receipt, { rawNext }: Freshness): number {
  return rawNext[partition] ?? 0;
}

/** Whether only the rows tell: later notifications of its partition are applied, and not all before them. */
export function isAmongApplied(receipt: Receipt, freshness: Freshness): boolean {
  return !isApplied(receipt, freshness) && receipt.offset < (freshness.rawTop[receipt.partition] ?? 0);
}

/** The notification was acknowledged, and is not in the rows yet. */
export function behind(receipt: Receipt, freshness: Freshness): Problem {
  return behindOf(
    `${formatReceipt(receipt)} is not applied yet: in partition ${receipt.partition} everything before raw offset ` +
      `${rawAppliedOf(receipt, freshness)} is`,
    freshness,
  );
}

/** The rows are not as far yet as was asked for. */
export function behindOf(what: string, freshness: Freshness): Problem {
  const { lagMs } = freshness;
  return new Problem({
    status: 503,
    code: 'read-model-behind',
    detail:
      `${what}. The read model ${lagMs === null ? 'was never complete' : `is complete as of ${lagMs} ms ago`}. ` +
      `Ask again, or wait with "Prefer: wait=N" (N seconds, ${LONGEST_WAIT} at most). If the lag keeps growing, see whether ingest (derive) and projector run.`,
    headers: { ...freshnessHeaders(freshness), 'retry-after': String(retryAfter(lagMs)) },
  });
}

/** Seconds: at once if it is nearly there, later the further behind it is. */
function retryAfter(lagMs: number | null): number {
  return lagMs === null ? 5 : Math.min(30, Math.max(1, Math.ceil(lagMs / 5000)));
}
