import type { ListedRow, QueryOf } from '../api/answers';
import { read } from '../api/client';
import type { TaskChange } from './task-change';

type ListQuery = NonNullable<QueryOf<'listTasks'>>;

/** What changed since a list was read. */
export interface PolledChanges {
  /** Null: more than is read here, so that the list has to be read again. */
  readonly changes: readonly TaskChange[] | null;
  /** Up to when these are all of them, ms; null where that is not known. */
  readonly readAt: number | null;
}

/** More pages of changes are not read at once. */
const MOST_PAGES = 10;
const PAGE_SIZE = 200;

/** The server's clock in a header field has seconds only: so much is asked for twice, ms. */
const OVERLAP_MS = 2000;

/**
 * Asks for what changed, instead of hearing of it: the tasks of which the log took a record since the rows were last known to be
 * complete; where that is not known, those that changed last. Throws a ReadFailure.
 */
export async function pollChanges(
  since: number | null,
  { account, fields }: Pick<ListQuery, 'account' | 'fields'>,
  signal: AbortSignal,
): Promise<PolledChanges> {
  const shown = { limit: PAGE_SIZE, ...(fields && { fields }) };
  const updated_after = since === null ? undefined : new Date(since - OVERLAP_MS).toISOString();
  const query: ListQuery = {
    ...{ ...shown, order: 'updated' },
    ...(account && { account }),
    ...(updated_after !== undefined && { updated_after }),
  };
  const first = await read('listTasks', { query, signal });
  const items = [...first.body.items];
  let next = since === null ? null : first.body.next_cursor;
  for (let page = 1; next !== null && page < MOST_PAGES; page += 1) {
    const { body } = await read('listTasks', { query: { cursor: next, ...shown }, signal });
    items.push(...body.items);
    next = body.next_cursor;
  }
  const changes = next === null ? items.map((row) => ({ ...(row as ListedRow), isFirst: false })) : null;
  return { changes, readAt: first.readAt };
}
