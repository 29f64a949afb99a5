import { liveItemText, offsetsOf } from '@mps-ledger/tasks';
import type { JsonObject } from '@mps-ledger/tasks';
import type { ReadModel } from '../read-model';
import { readLiveSql } from '../sql/read-live';
import { cut, INDEXED_TEXT } from '../write/text';
import { freshnessOf } from './freshness';
import type { Freshness, FreshRow } from './freshness';
import type { Page } from './list-tasks';

/** Which items of a live stream; a member that is left out does not matter. */
export interface LiveFilter {
  readonly kind?: string;
  readonly steady?: string;
  /** `true`: superseded items, too. */
  readonly superseded?: string;
  /** Decimal: items that start at or after, or before this offset. Items without an offset are at 0. */
  readonly from?: string;
  readonly to?: string;
}

/** Place of an item: `[start_offset, kind, key_digest in hex]`. */
export type LivePlace = readonly [start: string, kind: string, key: string];

/** An item of a live stream as its row has it. */
export interface StoredLiveItem {
  readonly kind: string;
  readonly start_offset: number | null;
  readonly end_offset: number | null;
  readonly text: string | null;
  readonly steady: boolean;
  /** Another item of its kind and speaker with the same start replaces it. */
  readonly superseded: boolean;
  readonly item: JsonObject;
}

export interface LiveCount {
  readonly kind: string;
  readonly items: number;
  readonly superseded: number;
}

interface ItemRow extends FreshRow {
  /** The task has a row. */
  readonly known: boolean;
  readonly counts: readonly LiveCount[] | null;
  /** The place where the page stopped looking, if it is not full and not the last. */
  readonly stopped: LivePlace | null;
  readonly start_offset: number;
  readonly kind: string;
  /** Null in a row without an item. */
  readonly key: string | null;
  readonly steady: boolean;
  readonly item: string;
  readonly superseded: boolean;
  readonly found: string;
}

interface LivePage {
  readonly freshness: Freshness;
  readonly known: boolean;
  readonly items: readonly StoredLiveItem[];
  readonly next: LivePlace | null;
  /** Of all items of the task, by kind; null if not asked for, and where they are too many to be counted. */
  readonly counts: readonly LiveCount[] | null;
}

/** Before every item. */
const BEGINNING: LivePlace = ['-Infinity', '', ''];

/**
 * Reads a page of the items of a live stream, by start. An item that is reported later belongs at its own start: a place stays valid.
 * @param after the place of the last item that was shown; null at the beginning, where the items are counted, too
 * A page may be short, even empty, and not the last: it looks at a bounded number of rows.
 * @returns `known` is false where the task is unknown; `next` is the place to continue from, null at the end
 */
export async function readLive(
  model: ReadModel,
  key: Buffer,
  { kind, steady, superseded, from = '-Infinity', to = 'Infinity' }: LiveFilter,
  after: LivePlace | null,
  { limit, maxBytes }: Page,
): Promise<LivePage> {
  const [start, ofKind, digest] = after ?? BEGINNING;
  const text = readLiveSql(model.schema, {
    byKind: kind !== undefined,
    steady: steady === undefined ? null : steady === 'true',
    withSuperseded: superseded === 'true',
    counted: after === null,
  });
  const place = [start, ofKind, Buffer.from(digest, 'hex')];
  const values = [key, ...place, from, to, limit, maxBytes, ...(kind === undefined ? [] : [cut(kind, INDEXED_TEXT)])];
  const { rows } = await model.db.query<ItemRow>(text, values);
  const shown = rows.filter((row) => row.key !== null);
  const last = shown.at(-1);
  return {
    freshness: freshnessOf(model, rows[0]),
    known: rows[0]?.known === true,
    items: shown.map(storedItem),
    next: last !== undefined && Number(last.found) > shown.length ? placeOf(last) : stoppedAt(rows[0]),
    counts: rows[0]?.counts ?? null,
  };
}

function placeOf({ start_offset, kind, key }: ItemRow): LivePlace {
  return [String(start_offset), kind, key ?? ''];
}

/** As `placeOf` writes it: Postgres and JavaScript spell some numbers differently. */
function stoppedAt(row: ItemRow | undefined): LivePlace | null {
  if (row === undefined || row.stopped === null) return null;
  const [start, kind, key] = row.stopped;
  return [String(Number(start)), kind, key];
}

function storedItem({ kind, steady, superseded, item }: ItemRow): StoredLiveItem {
  const object = JSON.parse(item) as JsonObject;
  const { start, end } = offsetsOf(object);
  return {
    kind,
    start_offset: start,
    end_offset: end,
    text: liveItemText(object),
    steady,
    superseded,
    item: object,
  };
}
