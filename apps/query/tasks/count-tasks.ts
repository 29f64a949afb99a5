import type { SearchTerms } from '@mps-ledger/projections';
import { countFoundTasks, countTasks as readCounts, SAMPLED_OF } from '@mps-ledger/read-model';
import type { TaskCounts, TaskFilter, VisibleAccounts } from '@mps-ledger/read-model';
import type { Answer } from '../http/answer';
import type { QueryContext } from '../query-context';
import { answerAtPosition, type PositionOptions } from '../waiting/min-position';
import { inSearch, searchTermsOf } from './search-tasks';

export interface TaskCountsRequest extends PositionOptions {
  readonly filter: TaskFilter & SearchTerms;
}

/** Answers how many tasks match, by status and outcome, once the limit on concurrent lists allows it. */
export function countTasks(context: QueryContext, request: TaskCountsRequest): Promise<Answer> {
  return answerAtPosition(context, request, () => context.lists.run(() => counted(context, request)));
}

async function counted(context: QueryContext, { visible, filter }: TaskCountsRequest): Promise<Answer> {
  const { freshness, counts, sampled, headers } = await readSelected(context, visible, filter);
  const total = counts.reduce((sum, { count }) => sum + count, 0);
  const sample = sampled === null ? null : { one_of: SAMPLED_OF, matching: sampled };
  return { freshness, headers, body: () => ({ total, estimated: sampled !== null, sample, counts }) };
}

/** From the lists or, where something is searched for, from the search. */
async function readSelected(
  context: QueryContext,
  visible: VisibleAccounts,
  { q, input, output, ...filter }: TaskFilter & SearchTerms,
): Promise<TaskCounts & { readonly headers: Readonly<Record<string, string>> }> {
  const terms = searchTermsOf({ q, input, output });
  if (terms === null) return { ...(await readCounts(context.db, visible, filter)), headers: {} };
  return inSearch(context, terms, (finder) => countFoundTasks(context.db, visible, filter, finder));
}
