import { hash } from 'node:crypto';
import { liveItemIdentity, liveItems } from '@mps-ledger/tasks';
import type { Json, LiveItem, TaskEvent } from '@mps-ledger/tasks';
import type { Bytes } from '../entities';
import type { ReadModel } from '../read-model';
import { WRITE_LIVE_ITEMS } from '../sql/write-live-items';
import { columnTexts } from './columns';
import { bytesText, LIVE_ITEM } from './rows';
import type { LiveItemRow } from './rows';
import { cut, digestOf, INDEXED_TEXT } from './text';

/** An event of a task, as far as its live items are made of it. */
export interface EventOfTask {
  readonly event: TaskEvent;
  readonly task: Bytes | null;
}

/**
 * The rows of all items that these events report, one for each report: those of one item differ in what they report of it. They are
 * made while they are iterated, since a single notification may have hundreds of thousands.
 */
export function liveItemRows(events: readonly EventOfTask[]): Iterable<LiveItemRow> {
  const live = events.filter(({ event }) => event.type === 'live.result-reported');
  if (live.length === 0) return [];
  return {
    *[Symbol.iterator]() {
      for (const { event, task } of live) {
        if (event.type !== 'live.result-reported' || task === null) continue;
        for (const item of liveItems(event.data.results)) yield liveItemRow(task, item);
      }
    },
  };
}

function liveItemRow(task: Bytes, { kind, start, end, steady, speaker, item }: LiveItem): LiveItemRow {
  return {
    task_key: task,
    start_offset: start ?? 0,
    kind: cut(kind, INDEXED_TEXT),
    key_digest: digestOfJson([kind, liveItemIdentity(item)]),
    series: digestOfJson([kind, speaker]),
    end_offset: end ?? 0,
    steady,
    item: JSON.stringify(item),
  };
}

/** JSON text escapes lone surrogates: different values have different digests. */
function digestOfJson(value: Json): Bytes {
  return bytesText(hash('sha256', JSON.stringify(value), 'buffer'));
}

/** What names the row of an item. */
export function liveItemKey({ task_key, start_offset, kind, key_digest }: LiveItemRow): string {
  return [task_key, start_offset, key_digest, kind].join(' ');
}

/** What one report says of an item, as far as it decides which report is the row. */
export interface ItemReport {
  readonly steady: boolean;
  readonly end_offset: number;
  /** SHA-256 of the item's text, hex. */
  readonly digest: string;
}

export function itemReport({ steady, end_offset, item }: LiveItemRow): ItemReport {
  return { steady, end_offset, digest: digestOf(item) };
}

/** The higher of two reports of one item is its row: the steady one, then the later end, then the digest. Positive if it is `a`. */
export function compareReports(a: ItemReport, b: ItemReport): number {
  if (a.steady !== b.steady) return a.steady ? 1 : -1;
  if (a.end_offset !== b.end_offset) return a.end_offset > b.end_offset ? 1 : -1;
  return a.digest === b.digest ? 0 : a.digest > b.digest ? 1 : -1;
}

const CHUNK_ROWS = 2_000;
const CHUNK_CHARACTERS = 2 * 1024 * 1024;

/**
 * Writes items in the caller's transaction, in bounded chunks: a statement for each, and none for a batch without live results, as
 * most batches are. Not part of the batch's one statement, which is planned and sent for all.
 */
export async function writeLiveItems(model: ReadModel, rows: Iterable<LiveItemRow>): Promise<void> {
  let chunk = new Map<string, LiveItemRow>();
  let characters = 0;
  for (const row of rows) {
    const key = liveItemKey(row);
    const known = chunk.get(key);
    if (known === undefined || compareReports(itemReport(row), itemReport(known)) > 0) chunk.set(key, row);
    characters += row.item.length;
    if (chunk.size < CHUNK_ROWS && characters < CHUNK_CHARACTERS) continue;
    await writeChunk(model, chunk);
    chunk = new Map();
    characters = 0;
  }
  if (chunk.size > 0) await writeChunk(model, chunk);
}

/** In the order of their keys, as all rows that are updated. */
async function writeChunk(model: ReadModel, chunk: ReadonlyMap<string, LiveItemRow>): Promise<void> {
  const rows = [...chunk].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
  await model.db.query({ ...WRITE_LIVE_ITEMS(model), values: columnTexts(LIVE_ITEM, rows) });
}
