import { backoff, pause, Problem } from '@mps-ledger/platform';
import { databaseProblem } from '../database-problems';
import type { QueryContext } from '../query-context';
import type { FeedStream } from './feed-stream';
import { readStart, type StreamRequest } from './read-start';

/** What passes by itself: the database is away or slow, or the rows are not there yet. */
const PASSING: ReadonlySet<string> = new Set([
  ...['database-unreachable', 'database-busy', 'query-too-slow', 'feeds-busy', 'read-model-empty'],
  ...['read-model-behind', 'too-many-waiters'],
]);
const LONGEST_PAUSE_MS = 2_000;

/** Whether a stream that could not begin is held open, rather than refused: not where its client says how long it waits. */
export function isWorthHolding({ wait, minPosition }: StreamRequest, error: unknown): boolean {
  return wait === null && minPosition === null && PASSING.has(problemOf(error)?.code ?? '');
}

/** Begins the stream as soon as that is possible. Ends it with `reset` where its position turns out to be none of this log. */
export async function holdStream(context: QueryContext, request: StreamRequest, events: FeedStream): Promise<void> {
  for (let attempt = 1; !events.hasEnded; attempt += 1) {
    await pause(backoff(attempt, { longestMs: LONGEST_PAUSE_MS }));
    try {
      events.begin(await readStart(context, request));
      return;
    } catch (error) {
      const problem = problemOf(error);
      if (problem === null) events.destroy(error as Error);
      else if (PASSING.has(problem.code)) events.remark(`waiting: ${problem.code}`);
      // Its client asks again with the same position, and is refused then.
      else events.finish('reset', { code: problem.code, detail: problem.detail });
    }
  }
}

const problemOf = (error: unknown): Problem | null => (error instanceof Problem ? error : databaseProblem(error));
