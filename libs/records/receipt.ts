import { hash } from 'node:crypto';

/** The receipt that a sender gets: the place of the raw record of its notification, and a check of the notification id. */
export interface Receipt {
  /** 12 characters of `[a-z0-9]`. */
  readonly logId: string;
  /** The log generation (L), from 1, that the raw offset belongs to. */
  readonly logGeneration: number;
  readonly partition: number;
  /** Below 10^15. */
  readonly offset: number;
  /** `receiptCheck` of the notification's id; it detects that another record has this place after the log was set back. */
  readonly check: string;
}

/** The first six hex digits of the SHA-256 of a notification's id, as text in UTF-8. */
export function receiptCheck(notificationId: string): string {
  return hash('sha256', notificationId).slice(0, 6);
}

/** `r1.<log id>.<L>.<partition>.<offset>.<check>`, with the check of `receiptCheck`. */
export function formatReceipt({ logId, logGeneration, partition, offset, check }: Receipt): string {
  return `r1.${logId}.${logGeneration}.${partition}.${offset}.${check}`;
}

/** Parses a receipt; null unless `formatReceipt` would write exactly this text. */
export function parseReceipt(text: string): Receipt | null {
  const [, logId, logGeneration, partition, offset, check] = RECEIPT.exec(text) ?? [];
  if (logId === undefined || check === undefined) return null;
  const [l, p, o] = [Number(logGeneration), Number(partition), Number(offset)];
  return { logId, logGeneration: l, partition: p, offset: o, check };
}

/** Log id, generation (from 1), partition and offset in plain decimal, within the range of Postgres integers and safe integers. */
const PLACE = '([a-z0-9]{12})\\.([1-9]\\d{0,8})\\.(0|[1-9]\\d{0,8})\\.(0|[1-9]\\d{0,14})';

/** The pattern of a receipt, for contracts: a text matches exactly if `parseReceipt` accepts it. */
export const RECEIPT_PATTERN = `^r1\\.${PLACE.replaceAll('(', '(?:')}\\.[0-9a-f]{6}$`;

const RECEIPT = new RegExp(`^r1\\.${PLACE}\\.([0-9a-f]{6})$`);
