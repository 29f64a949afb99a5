import { countTasks as readCounts, SAMPLED_OF } from '@mps-ledger/read-model';
import type { TaskFilter } from '@mps-ledger/read-model';
import type { Answer } from '../http/answer';
import type { QueryContext } from '../query-context';
import { answerAtPosition, type PositionOptions } from '../waiting/min-position';

export interface TaskCountsRequest extends PositionOptions {
  readonly filter: TaskFilter;
}

/** Answers how many tasks match, by status and outcome, once the limit on concurrent lists allows it. */
export function countTasks(context: QueryContext, request: TaskCountsRequest): Promise<Answer> {
  return answerAtPosition(context, request, () => context.lists.run(() => counted(context, request)));
}

async function counted({ db }: QueryContext, { visible, filter }: TaskCountsRequest): Promise<Answer> {
  const { freshness, counts, sampled } = await readCounts(db, visible, filter);
  const total = counts.reduce((sum, { count }) => sum + count, 0);
  const sample = sampled === null ? null : { one_of: SAMPLED_OF, matching: sampled };
  return { freshness, body: () => ({ total, estimated: sampled !== null, sample, counts }) };
}
