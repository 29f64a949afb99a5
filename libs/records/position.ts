import { hash } from 'node:crypto';

/** An event topic: its log, the log generation (L) and the event generation (M). */
interface EventTopic {
  /** 12 characters of `[a-z0-9]`. */
  readonly logId: string;
  /** From 1. */
  readonly logGeneration: number;
  /** From 1. */
  readonly eventGeneration: number;
}

/** How far a reader has read the event topic: the next offset of each partition. */
export interface Position extends EventTopic {
  /** By partition, from 0. Each below 10^15. */
  readonly offsets: readonly number[];
  /** `positionCheck` of the events just before these offsets; it differs after the log was set back and grew again. */
  readonly check: string;
}

/** The place of one event: partition and offset on the event topic. */
export interface ItemPosition extends EventTopic {
  readonly partition: number;
  /** Below 10^15. */
  readonly offset: number;
}

/**
 * The first eight hex digits of the SHA-256, as text in UTF-8, of the ids of the events just before a position: one a partition,
 * from partition 0, each followed by a line feed. Of a partition it is the event id of the last record below the offset that the read
 * model keeps, applied or parked. It is nothing where there is none (below the offset is the genesis record only, or nothing), and where
 * that record is parked and has no id that could be read. Genesis records, gaps and what was erased are not kept, and passed over.
 */
export function positionCheck(eventIds: readonly (string | null)[]): string {
  return hash('sha256', eventIds.map((id) => `${id ?? ''}\n`).join('')).slice(0, 8);
}

/** `p1.<log id>.<L>.<M>.<offset>-<offset>-….<check>`, one offset per partition, from partition 0. */
export function formatPosition({ offsets, check, ...topic }: Position): string {
  return `p1.${topicText(topic)}.${offsets.join('-')}.${check}`;
}

/** Parses a position; null unless `formatPosition` would write exactly this text. The result is no longer than the text. */
export function parsePosition(text: string): Position | null {
  const [, logId, l, m, offsets, check] = POSITION.exec(text) ?? [];
  if (logId === undefined || offsets === undefined || check === undefined) return null;
  return { ...topicOf(logId, l, m), offsets: offsets.split('-').map(Number), check };
}

/** `e1.<log id>.<L>.<M>.<partition>.<offset>`: the position of one event. */
export function formatItemPosition({ partition, offset, ...topic }: ItemPosition): string {
  return `e1.${topicText(topic)}.${partition}.${offset}`;
}

/** Parses the position of one event; null unless `formatItemPosition` would write exactly this text. */
export function parseItemPosition(text: string): ItemPosition | null {
  const [, logId, l, m, partition, offset] = ITEM_POSITION.exec(text) ?? [];
  if (logId === undefined) return null;
  return { ...topicOf(logId, l, m), partition: Number(partition), offset: Number(offset) };
}

function topicText({ logId, logGeneration, eventGeneration }: EventTopic): string {
  return `${logId}.${logGeneration}.${eventGeneration}`;
}

function topicOf(logId: string, logGeneration: string | undefined, eventGeneration: string | undefined): EventTopic {
  return { logId, logGeneration: Number(logGeneration), eventGeneration: Number(eventGeneration) };
}

/** Log id and generations (from 1) in plain decimal, within the range of Postgres integers. */
const TOPIC = '([a-z0-9]{12})\\.([1-9]\\d{0,8})\\.([1-9]\\d{0,8})';
/** An offset in plain decimal, within the range of safe integers. */
const OFFSET = '(?:0|[1-9]\\d{0,14})';
const POSITION_TEXT = `p1\\.${TOPIC}\\.(${OFFSET}(?:-${OFFSET})*)\\.([0-9a-f]{8})`;

/** The pattern of a position, for contracts: a text matches exactly if `parsePosition` accepts it. */
export const POSITION_PATTERN = `^${POSITION_TEXT.replaceAll(/\((?!\?)/g, '(?:')}$`;

const POSITION = new RegExp(`^${POSITION_TEXT}$`);
const ITEM_POSITION_TEXT = `^e1\\.${TOPIC}\\.(0|[1-9]\\d{0,8})\\.(${OFFSET})$`;
const ITEM_POSITION = new RegExp(ITEM_POSITION_TEXT);

/** The pattern of the position of one event, for contracts. */
export const ITEM_POSITION_PATTERN = ITEM_POSITION_TEXT.replaceAll(/\((?!\?)/g, '(?:');
