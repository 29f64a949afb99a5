import type { ReadModel } from '../read-model';
import { freshnessOf } from './freshness';
import type { Freshness, FreshRow } from './freshness';
import { annotated, historyItem, recordRow } from './history-items';
import type { AnnotatedRecord, Before, HistoryItem, RecordItem, RecordRow } from './history-items';
import type { Page } from './list-tasks';
import {
  READ_FIRST_HISTORY,
  READ_FIRST_HISTORY_OF_ANY,
  READ_HISTORY,
  READ_RECORDS,
  SCAN_HISTORY,
} from '../sql/read-history';
import type { VisibleAccounts } from '../visible-accounts';

/** Place of a record in a task's life: `[partition, offset]`, in decimal. */
export type RecordPlace = readonly [partition: string, offset: string];

/** Which records are shown: those that have one of the values of each. A parked record has no trust that is known. */
export interface HistoryFilter {
  readonly type?: readonly string[];
  readonly trust?: readonly string[];
  readonly annotation?: readonly string[];
}

export interface HistoryPage {
  readonly freshness: Freshness;
  /** False where the task is unknown. */
  readonly known: boolean;
  readonly items: readonly HistoryItem[];
  /** The place to continue from; null at the end. */
  readonly next: RecordPlace | null;
}

interface HistoryRow<Record> extends FreshRow {
  /** The task has a row. Missing where its accounts are told. */
  readonly known?: boolean;
  readonly items: readonly Record[] | null;
  /** Missing on the first page. */
  readonly earlier_events?: readonly { readonly event_id: string; readonly causation_id: string }[] | null;
  readonly earlier_reports?:
    readonly { readonly subtask_key: string | null; readonly type: string; readonly by: readonly string[] }[] | null;
}

/**
 * Reads a page of one task's life in log order: every record of the event log that concerns it, parked ones among them,
 * annotated by all that came before; without redeliveries inside the log, so that a page may hold fewer items than asked
 * for, even none, and yet not be the last.
 * @param after the place that the page before ended at; null at the beginning
 */
export async function readHistory(
  model: ReadModel,
  key: Buffer,
  filter: HistoryFilter,
  after: RecordPlace | null,
  page: Page,
): Promise<HistoryPage> {
  if (Object.keys(filter).length > 0) return readMatching(model, key, filter, after, page);
  const { limit, maxBytes } = page;
  const values = [key, ...placeValues(after), limit + 1, limit, maxBytes];
  const { rows } = await model.db.query<PageRow>({
    ...(after === null ? READ_FIRST_HISTORY : READ_HISTORY)(model),
    values,
  });
  return pageOf(model, rows[0]);
}

/** A task to read the history of, of whichever account has it. */
export interface HistoryOfAny {
  /** Exact. */
  readonly taskId: string;
  readonly visible: VisibleAccounts;
  /** The key that the task would have if no account has it: there may be parked records of it. */
  readonly assumedKey: Buffer;
}

/** The accounts, of those that are visible, that have the task, by name: where they are several, the page is empty. */
export interface HistoryPageOfAny extends HistoryPage {
  readonly accounts: readonly string[];
}

/** Reads the first page of a task's life, as `readHistory` does without a filter, where the task's account is not given. */
export async function readFirstHistoryOfAny(
  model: ReadModel,
  { taskId, visible, assumedKey }: HistoryOfAny,
  { limit, maxBytes }: Page,
): Promise<HistoryPageOfAny> {
  const accounts = visible === 'all' ? null : visible;
  const { rows } = await model.db.query<PageRow & { readonly accounts: readonly string[] | null }>({
    ...READ_FIRST_HISTORY_OF_ANY(model),
    values: [assumedKey, ...placeValues(null), limit + 1, limit, maxBytes, JSON.stringify(taskId), accounts],
  });
  const [row] = rows;
  const found = row?.accounts ?? [];
  return { ...pageOf(model, row), ...(found.length > 0 && { known: true }), accounts: found };
}

interface PageRow extends HistoryRow<RecordItem> {
  readonly found: number | null;
}

function pageOf(model: ReadModel, row: PageRow | undefined): HistoryPage {
  const freshness = freshnessOf(model, row);
  const records = row?.items?.map(recordRow) ?? [];
  // Records found from the place on, at most one more than the limit.
  const isMore = (row?.found ?? 0) > records.length;
  return {
    freshness,
    known: records.length > 0 || row?.known === true,
    items: annotated(records, beforeOf(row)).map(([record, annotations]) => historyItem(record, annotations)),
    next: isMore ? placeOf(records.at(-1)) : null,
  };
}

/** Records that a page with a filter looks at: it ends there, with however few of them match. */
const MOST_SCANNED = 5_000;

type ScannedRecord = AnnotatedRecord & { readonly trust: string | null };

/** Two statements: records of the log never change, so the second one finds what the first one saw. */
async function readMatching(
  model: ReadModel,
  key: Buffer,
  filter: HistoryFilter,
  after: RecordPlace | null,
  { limit, maxBytes }: Page,
): Promise<HistoryPage> {
  const { rows } = await model.db.query<HistoryRow<ScannedRecord>>({
    ...SCAN_HISTORY(model),
    values: [key, ...placeValues(after), MOST_SCANNED],
  });
  const [row] = rows;
  const freshness = freshnessOf(model, row);
  const scanned = row?.items ?? [];
  const matching = annotated(scanned, beforeOf(row)).filter(([record, annotations]) =>
    isMatch(record, annotations, filter),
  );
  const wanted = new Map(matching.slice(0, limit).map(([record, annotations]) => [nameOf(record), annotations]));
  const records = wanted.size === 0 ? [] : await readRecords(model, key, [...wanted.keys()], maxBytes);
  const next = records.length < matching.length ? records.at(-1) : endOf(scanned);
  return {
    freshness,
    known: scanned.length > 0 || row?.known === true,
    items: records.map((record) => historyItem(record, wanted.get(nameOf(record)) ?? [])),
    next: placeOf(next),
  };
}

/** Where the scan ended, if that is not the end of the history. */
function endOf(scanned: readonly ScannedRecord[]): ScannedRecord | undefined {
  return scanned.length < MOST_SCANNED ? undefined : scanned.at(-1);
}

function isMatch(record: ScannedRecord, annotations: readonly string[], filter: HistoryFilter): boolean {
  const { type, trust, annotation } = filter;
  return (
    (type === undefined || (record.type !== null && type.includes(record.type))) &&
    (trust === undefined || (record.trust !== null && trust.includes(record.trust))) &&
    (annotation === undefined || annotation.some((one) => annotations.includes(one)))
  );
}

async function readRecords(
  model: ReadModel,
  key: Buffer,
  places: readonly string[],
  maxBytes: number,
): Promise<readonly RecordRow[]> {
  const { rows } = await model.db.query<{ items: readonly RecordItem[] | null }>({
    ...READ_RECORDS(model),
    values: [key, places.join(' '), maxBytes],
  });
  return rows[0]?.items?.map(recordRow) ?? [];
}

function beforeOf(row: HistoryRow<unknown> | undefined): Before {
  return {
    events: row?.earlier_events?.map(({ event_id, causation_id }) => ({ id: event_id, by: causation_id })) ?? [],
    reports: row?.earlier_reports?.map(({ subtask_key, type, by }) => ({ subtaskKey: subtask_key, type, by })) ?? [],
  };
}

type AtPlace = Pick<AnnotatedRecord, 'partition' | 'offset'>;
const nameOf = ({ partition, offset }: AtPlace): string => `${partition}:${offset}`;
const placeValues = (after: RecordPlace | null): RecordPlace => after ?? ['-1', '-1'];
const placeOf = (record: AtPlace | undefined): RecordPlace | null =>
  record === undefined ? null : [String(record.partition), String(record.offset)];
