import type { FeedFilter, FeedLimits } from '@mps-ledger/read-model';

/** Bytes of events in one answer; the first comes in any case. */
const PAGE_BYTES = 4 * 1024 * 1024;
/** Rows of each partition that are looked through for a filter, in one answer. */
const FILTERED_ROWS = 2_000;

/** What is read at once for so many items. A filter that an index does not lead to looks through more rows than it shows. */
export function feedLimits({ visible, ...filter }: FeedFilter, items: number): FeedLimits {
  const isSearch = visible !== 'all' || Object.keys(filter).some((name) => name !== 'task_id');
  return { items, rows: isSearch ? Math.max(items, FILTERED_ROWS) : items, bytes: PAGE_BYTES };
}
