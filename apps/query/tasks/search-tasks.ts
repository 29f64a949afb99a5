import { badParameters, Problem } from '@mps-ledger/platform';
import { makeTaskFinder, readSearchPositions, schemaOf, SEARCH, type SearchTerms } from '@mps-ledger/projections';
import { listFoundTasks, readFreshness } from '@mps-ledger/read-model';
import type { Page, TaskFilter, TaskOrder, TaskPage, TaskPlace, VisibleAccounts } from '@mps-ledger/read-model';
import { freshnessHeaders } from '../http/answer';
import type { QueryContext } from '../query-context';

interface TaskSearchRequest {
  readonly visible: VisibleAccounts;
  readonly terms: SearchTerms;
  readonly filter: TaskFilter;
  readonly after: TaskPlace | null;
  readonly page: Page;
  readonly order: TaskOrder | undefined;
}

/** A page of tasks from the projection `search`, with how far that is behind. Throws 400 where it is off, or for another order. */
export async function searchTasks(
  { db, projections }: QueryContext,
  { visible, terms, filter, after, page, order }: TaskSearchRequest,
): Promise<TaskPage & { readonly headers: Readonly<Record<string, string>> }> {
  if (order === 'updated')
    throw badParameters([
      { where: 'query.order', detail: 'With q, input or output it must be first_received: search knows no other.' },
    ]);
  const log = await readFreshness(db);
  if (!projections.includes(SEARCH))
    throw new Problem({
      status: 400,
      code: 'search-off',
      detail: 'q, input and output need the projection search, and OPTIONAL_PROJECTIONS does not name it.',
      headers: freshnessHeaders(log),
    });
  const schema = schemaOf(SEARCH, log);
  // Read before the tasks, so that it is no newer than they are.
  const positions = await readSearchPositions(db.db, schema);
  const found = await listFoundTasks(db, visible, filter, after, page, makeTaskFinder(schema, terms));
  const behind = found.freshness.offsets.reduce(
    (sum, offset, partition) => sum + Math.max(0, offset - (positions[partition] ?? 0)),
    0,
  );
  return { ...found, headers: { 'ledger-search-lag-events': String(behind) } };
}
