import type { AnswerOf, QueryOf } from '../api/answers';
import { read } from '../api/client';

export interface ReadUsage {
  readonly total: AnswerOf<'listUsage'>['total'];
  readonly items: AnswerOf<'listUsage'>['items'];
  /** There are more items than were read. */
  readonly isCut: boolean;
}

const PAGE_SIZE = 200;
const MOST_PAGES = 10;

/** Reads the sums since a time, page by page: 2,000 at most. */
export async function readUsage(
  begin: string,
  by: NonNullable<QueryOf<'listUsage'>['by']>,
  signal: AbortSignal,
): Promise<ReadUsage> {
  const { body } = await read('listUsage', { query: { ended_after: begin, by, limit: PAGE_SIZE }, signal });
  const items = [...body.items];
  let cursor = body.next_cursor;
  for (let page = 1; cursor !== null && page < MOST_PAGES; page += 1) {
    const more = await read('listUsage', { query: { cursor, limit: PAGE_SIZE }, signal });
    items.push(...more.body.items);
    cursor = more.body.next_cursor;
  }
  return { total: body.total, items, isCut: cursor !== null };
}
