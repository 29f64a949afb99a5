import { hash } from 'node:crypto';

/** What a sender gets back: where the raw record of its notification is, and a check of which notification that is. */
export interface Receipt {
  /** 12 characters of `[a-z0-9]`. */
  readonly logId: string;
  /** Which copy of the log (L), from 1: raw offsets belong to it, whatever is derived of them. */
  readonly logGeneration: number;
  readonly partition: number;
  /** Below 10^15. */
  readonly offset: number;
  /** `receiptCheck` of the notification's id: a log that was set back gives the place to another record. */
  readonly check: string;
}

/** The first six hex digits of the SHA-256 of a notification's id, as text in UTF-8. */
export function receiptCheck(notificationId: string): string {
  return hash('sha256', notificationId).slice(0, 6);
}

/** `r1.<log id>.<L>.<partition>.<offset>.<check>`, the check as `receiptCheck` answers it. */
export function formatReceipt({ logId, logGeneration, partition, offset, check }: Receipt): string {
  return `r1.${logId}.${logGeneration}.${partition}.${offset}.${check}`;
}

/** The receipt that the text spells exactly as `formatReceipt` would, or null. */
export function parseReceipt(text: string): Receipt | null {
  const [, logId, logGeneration, partition, offset, check] = RECEIPT.exec(text) ?? [];
  if (logId === undefined || check === undefined) return null;
  const [l, p, o] = [Number(logGeneration), Number(partition), Number(offset)];
  return { logId, logGeneration: l, partition: p, offset: o, check };
}

/** Log id, generation (from 1), partition and offset in plain decimal, no longer than Postgres and JavaScript can count. */
const PLACE = '([a-z0-9]{12})\\.([1-9]\\d{0,8})\\.(0|[1-9]\\d{0,8})\\.(0|[1-9]\\d{0,14})';

/** What a receipt looks like: the text matches exactly where `parseReceipt` reads it. For contracts. */
export const RECEIPT_PATTERN = `^r1\\.${PLACE.replaceAll('(', '(?:')}\\.[0-9a-f]{6}$`;

const RECEIPT = new RegExp(`^r1\\.${PLACE}\\.([0-9a-f]{6})$`);
