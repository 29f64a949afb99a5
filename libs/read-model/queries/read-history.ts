import type { ReadModel } from '../read-model';
import { freshnessOf } from './freshness';
import type { Freshness, FreshRow } from './freshness';
import { historyItems } from './history-items';
import type { HistoryItem, RecordRow } from './history-items';
import type { Page } from './list-tasks';
import { READ_HISTORY } from '../sql/read-history';

/** Place of a record in a task's life: `[partition, offset]`, in decimal. */
export type RecordPlace = readonly [partition: string, offset: string];

interface HistoryRow extends FreshRow {
  /** The task has a row. */
  readonly known: boolean;
  readonly items: readonly RecordRow[] | null;
  /** Records found from the place on, at most one more than the limit. */
  readonly found: number | null;
  readonly earlier_events: readonly { readonly event_id: string; readonly causation_id: string }[] | null;
  readonly earlier_reports:
    readonly { readonly subtask_key: string | null; readonly type: string; readonly by: readonly string[] }[] | null;
}

/**
 * Reads a page of one task's life in log order: every record of the event log that concerns it, parked ones among them,
 * annotated by all that came before; without redeliveries inside the log, so that a page may hold fewer items than asked
 * for, even none, and yet not be the last.
 * @param after the place that the page before ended at; null at the beginning
 * @returns `known` is false where the task is unknown; `next` is the place to continue from, null at the end
 */
export async function readHistory(
  model: ReadModel,
  key: Buffer,
  after: RecordPlace | null,
  { limit, maxBytes }: Page,
): Promise<{
  readonly freshness: Freshness;
  readonly known: boolean;
  readonly items: readonly HistoryItem[];
  readonly next: RecordPlace | null;
}> {
  const [partition, offset] = after ?? ['-1', '-1'];
  const values = [key, partition, offset, limit + 1, limit, maxBytes];
  const { rows } = await model.db.query<HistoryRow>({ ...READ_HISTORY(model), values });
  const [row] = rows;
  const freshness = freshnessOf(model, row);
  const records = row?.items ?? [];
  const reports =
    row?.earlier_reports?.map(({ subtask_key, type, by }) => ({ subtaskKey: subtask_key, type, by })) ?? [];
  const events = row?.earlier_events?.map(({ event_id, causation_id }) => ({ id: event_id, by: causation_id })) ?? [];
  const last = records.at(-1);
  const more = last !== undefined && (row?.found ?? 0) > records.length;
  return {
    freshness,
    known: records.length > 0 || row?.known === true,
    items: historyItems(records, { events, reports }),
    next: more ? [String(last.partition), String(last.offset)] : null,
  };
}
