import { eventText, formatPosition, positionCheck, STATE_CHANGED, stateChangeId } from '@mps-ledger/records';
import type { Position } from '@mps-ledger/records';
import { historyText } from '../history-text';
import type { ReadModel } from '../read-model';
import { shownInstant } from '../sql/instants';
import { readFeedSql, type FeedSource } from '../sql/read-feed';
import { READ_PLACE } from '../sql/read-place';
import type { HistoryRow, TransitionRow } from '../write/rows';
import { feedConditions, type FeedFilter } from './feed-filter';
import type { FeedItem } from './feed-item';
import { freshnessOf } from './freshness';
import type { Freshness, FreshRow } from './freshness';
import { comparePosition, type PositionVerdict } from './judge-position';

/** How far a reader of a feed is: of each partition the next offset, and the id of the event just before it. */
export interface FeedPlace {
  readonly offsets: readonly number[];
  readonly ids: readonly (string | null)[];
}

export interface FeedPage {
  readonly freshness: Freshness;
  /** In the order of each partition. */
  readonly items: readonly FeedItem[];
  /** After all that was looked at. */
  readonly place: FeedPlace;
  /** Nothing is left up to where it was to be read. */
  readonly isEnd: boolean;
}

/** What to read at most: rows of each partition, items, bytes of text. */
export interface FeedLimits {
  readonly rows: number;
  readonly items: number;
  readonly bytes: number;
}

/** The place before the first record. */
export function beginning(partitions: number): FeedPlace {
  return { offsets: new Array<number>(partitions).fill(0), ids: new Array<null>(partitions).fill(null) };
}

/** The position that says how far a reader is. */
export function positionAt(
  place: FeedPlace,
  log: Pick<Position, 'logId' | 'logGeneration' | 'eventGeneration'>,
): string {
  const { logId, logGeneration, eventGeneration } = log;
  const { offsets, ids } = place;
  return formatPosition({ logId, logGeneration, eventGeneration, offsets, check: positionCheck(ids) });
}

/**
 * Finds where a reader is that gives a position (null: where the rows are now), and judges the position; see `judgePosition`.
 * The place counts only where the verdict is `current`.
 */
export async function findPlace(
  model: ReadModel,
  position: Position | null,
): Promise<{ readonly freshness: Freshness; readonly verdict: PositionVerdict; readonly place: FeedPlace }> {
  const { rows } = await model.db.query<FreshRow & { readonly ids: readonly (string | null)[] | null }>({
    ...READ_PLACE(model),
    values: [position?.offsets.join('-') ?? null],
  });
  const freshness = freshnessOf(model, rows[0]);
  const ids = rows[0]?.ids ?? [];
  if (position === null) return { freshness, verdict: 'current', place: { offsets: freshness.offsets, ids } };
  const place = { offsets: position.offsets, ids };
  const verdict = comparePosition(position, freshness);
  if (verdict !== 'current') return { freshness, verdict, place };
  return { freshness, verdict: positionCheck(ids) === position.check ? 'current' : 'reset', place };
}

interface Reached {
  readonly partition: number;
  readonly next: number;
  readonly stop: number;
  readonly is_end: boolean;
  readonly id: string | null;
  readonly last_id: string | null;
}

interface ItemRow extends Omit<HistoryRow, 'subtask_key'> {
  readonly partition: number;
  readonly change: Pick<TransitionRow, 'raw_offset' | 'kind' | 'status' | 'outcome' | 'data'> | null;
}

interface FeedRow extends FreshRow {
  readonly reached: readonly Reached[] | null;
  readonly items: readonly ItemRow[] | null;
}

/**
 * Reads a stretch of a feed.
 *
 * @param from where the reader is; null: at the beginning
 * @param to reads no further than this; null: up to where the rows are
 */
export async function readFeed(
  model: ReadModel,
  source: FeedSource,
  filter: FeedFilter,
  [from, to]: readonly [from: FeedPlace | null, to: FeedPlace | null],
  { rows: looked, items: limit, bytes }: FeedLimits,
): Promise<FeedPage> {
  const values: unknown[] = [from?.offsets.join('-') ?? null, to?.offsets.join('-') ?? null, looked, limit, bytes];
  const sql = readFeedSql(model.schema, source, feedConditions(source, filter, values));
  const { rows } = await model.db.query<FeedRow>(sql, values);
  const [row] = rows;
  const freshness = freshnessOf(model, row);
  const reached = row?.reached ?? [];
  return {
    freshness,
    items: (row?.items ?? []).map((item) => feedItem(source, item)),
    place: placeAfter(reached, from, to),
    isEnd: reached.every(({ is_end }) => is_end),
  };
}

function placeAfter(reached: readonly Reached[], from: FeedPlace | null, to: FeedPlace | null): FeedPlace {
  const offsets: number[] = [];
  const ids: (string | null)[] = [];
  for (const { partition, next, stop, is_end, id, last_id } of reached) {
    const isStop = is_end && stop >= next;
    offsets[partition] = isStop ? stop : next;
    if (isStop) ids[partition] = to === null ? last_id : (to.ids[partition] ?? null);
    else ids[partition] = id ?? from?.ids[partition] ?? null;
  }
  return { offsets, ids };
}

function feedItem(source: FeedSource, row: ItemRow): FeedItem {
  const { partition, offset, account, task_key: task, subject, type, event_id: eventId } = row;
  const shown = { ...row, occurred: row.occurred && shownInstant(row.occurred), received: shownInstant(row.received) };
  const text = source === 'state-changes' ? '' : historyText(shown);
  const fact = { type, text };
  return { partition, offset, account, task, subject, eventId, fact, change: changeOf(row, shown.received) };
}

/** The event of a transition: its attributes are those of the `notification.received` that it was made at. */
function changeOf(row: ItemRow, received: string): FeedItem['change'] {
  const { change, partition, task_key: task, causation_id: causationId } = row;
  if (change === null) return null;
  const { raw_offset: rawOffset, kind, status, outcome, data } = change;
  const id = stateChangeId((task ?? '').slice(2), partition, rawOffset);
  const occurred = shownInstant(row.logged);
  const attributes = { ...row, id, type: STATE_CHANGED, occurred, received, causationId, rawOffset };
  return { type: STATE_CHANGED, text: eventText(attributes, data), kind, status, outcome };
}
