import { badParameters, Problem } from '@mps-ledger/platform';
import {
  makeTaskFinder,
  readSearchPositions,
  readTrigramCounts,
  schemaOf,
  SEARCH,
  type SearchTerms,
  type TrigramCounts,
} from '@mps-ledger/projections';
import { listFoundTasks, readFreshness } from '@mps-ledger/read-model';
import type {
  Freshness,
  Page,
  TaskFilter,
  TaskFinder,
  TaskOrder,
  TaskPage,
  TaskPlace,
  VisibleAccounts,
} from '@mps-ledger/read-model';
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
  context: QueryContext,
  { visible, terms, filter, after, page, order }: TaskSearchRequest,
): Promise<TaskPage & { readonly headers: Readonly<Record<string, string>> }> {
  if (order === 'updated')
    throw badParameters([
      { where: 'query.order', detail: 'With q, input or output it must be first_received: search knows no other.' },
    ]);
  return inSearch(context, terms, (finder) => listFoundTasks(context.db, visible, filter, after, page, finder));
}

/** Reads with a finder of the projection `search`: what is found, and the header that says how far that is behind. Throws 400 where it is off. */
export async function inSearch<Found extends { readonly freshness: Freshness }>(
  { db, projections }: QueryContext,
  terms: SearchTerms,
  read: (finder: TaskFinder) => Promise<Found>,
): Promise<Found & { readonly headers: Readonly<Record<string, string>> }> {
  if (!projections.includes(SEARCH)) throw searchOff(await readFreshness(db));
  for (let log = lastSeen.get(db) ?? (await readFreshness(db)); ;) {
    const schema = schemaOf(SEARCH, log);
    // Until the page is read: where the schema is gone, the next request looks anew.
    lastSeen.delete(db);
    // Read before the tasks, so that it is no newer than they are.
    const positions = await readSearchPositions(db.db, schema);
    const found = await read(makeTaskFinder(schema, terms, await trigramCounts(db, schema)));
    lastSeen.set(db, found.freshness);
    log = found.freshness;
    if (schemaOf(SEARCH, log) === schema) return { ...found, headers: lagHeader(positions, log) };
  }
}

/** The log of the last page of a read model: its generations are in the name of the schema, and change with a rebuild only. */
const lastSeen = new WeakMap<QueryContext['db'], Freshness>();

/** How long counts of trigrams are remembered, ms: Postgres makes them anew when it analyses the table. They change how fast tasks are found, not which. */
const REMEMBERED_MS = 60_000;

interface Remembered {
  readonly schema: string;
  readonly until: number;
  readonly counts: TrigramCounts;
}

const lastCounts = new WeakMap<QueryContext['db'], Remembered>();

async function trigramCounts(db: QueryContext['db'], schema: string): Promise<TrigramCounts> {
  const last = lastCounts.get(db);
  if (last !== undefined && last.schema === schema && performance.now() < last.until) return last.counts;
  const counts = await readTrigramCounts(db.db, schema);
  lastCounts.set(db, { schema, until: performance.now() + REMEMBERED_MS, counts });
  return counts;
}

function lagHeader(positions: readonly number[], { offsets }: Freshness): Record<string, string> {
  const behind = offsets.map((offset, partition) => Math.max(0, offset - (positions[partition] ?? 0)));
  return { 'ledger-search-lag-events': String(behind.reduce((sum, one) => sum + one, 0)) };
}

function searchOff(freshness: Freshness): Problem {
  return new Problem({
    status: 400,
    code: 'search-off',
    detail: 'q, input and output need the projection search, and OPTIONAL_PROJECTIONS does not name it.',
    headers: freshnessHeaders(freshness),
  });
}

/** What is searched for; null: nothing. */
export function searchTermsOf({ q, input, output }: SearchTerms): SearchTerms | null {
  const terms = { ...(q !== undefined && { q }), ...(input && { input }), ...(output && { output }) };
  return Object.keys(terms).length === 0 ? null : terms;
}
