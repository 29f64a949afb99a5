import { parseCount } from './text';

/** What a sender gets back: where the raw record of its notification is. */
export interface Receipt {
  /** 12 characters of `[a-z0-9]`. */
  readonly logId: string;
  /** From 1. */
  readonly generation: number;
  readonly partition: number;
  /** Offset of the raw record. */
  readonly offset: number;
}

/** How far a reader is: the offset to read next on the event topic, one per partition. */
export interface Position {
  readonly logId: string;
  readonly generation: number;
  readonly offsets: readonly number[];
}

/** Where one event is: partition and offset on the event topic. */
export interface ItemPosition {
  readonly logId: string;
  readonly generation: number;
  readonly partition: number;
  readonly offset: number;
}

/** `r1.<log id>.<generation>.<partition>.<offset>`. */
export function formatReceipt(receipt: Receipt): string {
  return `r1.${receipt.logId}.${receipt.generation}.${receipt.partition}.${receipt.offset}`;
}

/** The receipt that the text spells exactly as `formatReceipt` would, or null. */
export function parseReceipt(text: string): Receipt | null {
  return parsePlace('r1', text);
}

/** `e1.<log id>.<generation>.<partition>.<offset>`: the position of one event. */
export function formatItemPosition(position: ItemPosition): string {
  return `e1.${position.logId}.${position.generation}.${position.partition}.${position.offset}`;
}

/** The position of one event that the text spells exactly as `formatItemPosition` would, or null. */
export function parseItemPosition(text: string): ItemPosition | null {
  return parsePlace('e1', text);
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

function parsePlace(prefix: string, text: string): Receipt | null {
  const [version, logId, generationText, partitionText, offsetText, ...rest] = text.split('.');
  if (version !== prefix || rest.length > 0) return null;
  if (logId === undefined || generationText === undefined) return null;
  if (partitionText === undefined || offsetText === undefined) return null;
  const generation = parseGeneration(generationText);
  const partition = parseCount(partitionText);
  const offset = parseCount(offsetText);
  if (!LOG_ID.test(logId) || generation === null || partition === null || offset === null) return null;
  return { logId, generation, partition, offset };
}

function parseGeneration(text: string): number | null {
  const generation = parseCount(text);
  return generation === 0 ? null : generation;
}
