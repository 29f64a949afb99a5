import { hash } from 'node:crypto';
import { parseCount } from './text';

/** A record's place on the log. */
interface Place {
  /** 12 characters of `[a-z0-9]`. */
  readonly logId: string;
  /** From 1. */
  readonly generation: number;
  readonly partition: number;
  /** Below 10^15. */
  readonly offset: number;
}

/** What a sender gets back: where the raw record of its notification is, and a check of which notification that is. */
export interface Receipt extends Place {
  /** `receiptCheck` of the notification's id: a log that was set back gives the place to another record. */
  readonly check: string;
}

/** How far a reader is: the offset to read next on the event topic, one per partition. */
export interface Position {
  readonly logId: string;
  readonly generation: number;
  readonly offsets: readonly number[];
}

/** Where one event is: partition and offset on the event topic. */
export type ItemPosition = Place;

/** The first six hex digits of the SHA-256 of a notification's id, as text in UTF-8. */
export function receiptCheck(notificationId: string): string {
  return hash('sha256', notificationId).slice(0, 6);
}

/** `r1.<log id>.<generation>.<partition>.<offset>.<check>`, the check as `receiptCheck` answers it. */
export function formatReceipt(receipt: Receipt): string {
  return `r1.${placeText(receipt)}.${receipt.check}`;
}

/** The receipt that the text spells exactly as `formatReceipt` would, or null. */
export function parseReceipt(text: string): Receipt | null {
  const [, place = '', check = ''] = RECEIPT.exec(text) ?? [];
  const parsed = parsePlace(place);
  return parsed === null ? null : { ...parsed, check };
}

/** `e1.<log id>.<generation>.<partition>.<offset>`: the position of one event. */
export function formatItemPosition(position: ItemPosition): string {
  return `e1.${placeText(position)}`;
}

/** The position of one event that the text spells exactly as `formatItemPosition` would, or null. */
export function parseItemPosition(text: string): ItemPosition | null {
  return parsePlace(ITEM_POSITION.exec(text)?.[1] ?? '');
}

/** `p1.<log id>.<generation>.<offset>-<offset>-…`, one offset per partition, from partition 0. */
export function formatPosition(position: Position): string {
  return `p1.${position.logId}.${position.generation}.${position.offsets.join('-')}`;
}

/** The position that the text spells exactly as `formatPosition` would, or null. Bounded by the text's own length. */
export function parsePosition(text: string): Position | null {
  const [version, logId, generationText, offsetsText, ...rest] = text.split('.');
  if (version !== 'p1' || rest.length > 0) return null;
  if (logId === undefined || generationText === undefined || offsetsText === undefined) return null;
  const generation = parseGeneration(generationText);
  if (!LOG_ID.test(logId) || generation === null) return null;
  const offsets: number[] = [];
  for (const offsetText of offsetsText.split('-')) {
    const offset = parseCount(offsetText);
    if (offset === null) return null;
    offsets.push(offset);
  }
  return { logId, generation, offsets };
}

const LOG_ID = /^[a-z0-9]{12}$/;

/** Log id, generation (from 1), partition and offset in plain decimal, no longer than Postgres and JavaScript can count. */
const PLACE = '[a-z0-9]{12}\\.[1-9]\\d{0,8}\\.(?:0|[1-9]\\d{0,8})\\.(?:0|[1-9]\\d{0,14})';

/** What a receipt looks like: the text matches exactly where `parseReceipt` reads it. For contracts. */
export const RECEIPT_PATTERN = `^r1\\.${PLACE}\\.[0-9a-f]{6}$`;

const RECEIPT = new RegExp(`^r1\\.(${PLACE})\\.([0-9a-f]{6})$`);
const ITEM_POSITION = new RegExp(`^e1\\.(${PLACE})$`);

function placeText({ logId, generation, partition, offset }: Place): string {
  return `${logId}.${generation}.${partition}.${offset}`;
}

function parsePlace(text: string): Place | null {
  const [logId = '', generation, partition, offset] = text.split('.');
  if (logId === '') return null;
  return { logId, generation: Number(generation), partition: Number(partition), offset: Number(offset) };
}

function parseGeneration(text: string): number | null {
  const generation = parseCount(text);
  return generation === 0 ? null : generation;
}
