import { findPlace, type FeedPlace, type Freshness } from '@mps-ledger/read-model';
import type { Position } from '@mps-ledger/records';
import type { QueryContext } from '../query-context';
import { tooManyWaiters } from '../tasks/task-problems';
import { behind, unreachable } from '../waiting/min-position';
import { readInTime } from '../waiting/read-in-time';
import { NOW } from './feed-parameters';

/** Rows that are this fresh hold all of the log: a position beyond them was never given out by it, in ms. */
const FRESH_MS = 10_000;

const CONTINUE =
  'Start again: omit after to get everything from the beginning of this log, or pass after=now and read the state of tasks again ' +
  'from /v1/tasks. Ledger-Position says where the log is.';

export interface StartRequest {
  /** Null: from the beginning. */
  readonly after: Position | typeof NOW | null;
  /** The parameter or header field that it came by: `query.after`, `header.Last-Event-ID`. */
  readonly given: string;
  /** As `performance.now()` counts. */
  readonly deadline: number;
  readonly disconnected: AbortSignal;
}

/**
 * Where a reader continues; null: at the beginning. Waits for a position that the rows have not reached, until the deadline. Throws 410 for
 * a position of another log or generation, or of a log that was set back; 503 `read-model-behind`; 400 for another number of partitions.
 */
export async function findStart(context: QueryContext, request: StartRequest): Promise<FeedPlace | null> {
  const { after, given, deadline, disconnected } = request;
  const { db, feeds, waiting } = context;
  if (after === null) return null;
  const position = after === NOW ? null : after;
  for (let isOver = false; ;) {
    const giveUp = (): boolean => disconnected.aborted || waiting.isClosed;
    const { freshness, verdict, place } = await readInTime(
      () => feeds.reads.run(() => findPlace(db, position)),
      deadline,
      giveUp,
    );
    if (verdict === 'current' || position === null) return place;
    if (verdict !== 'beyond') throw unreachable(position, verdict, freshness, { where: given, advice: CONTINUE });
    // A wait that is cut short proves nothing.
    if (isOver && isComplete(freshness) && !giveUp())
      throw unreachable(position, 'reset', freshness, { where: given, advice: CONTINUE });
    if (isOver) throw behind(position, freshness);
    const result = await waiting.until({ reached: position }, deadline - performance.now(), disconnected);
    if (result === 'too-many-waiting') throw tooManyWaiters(waiting.count);
    isOver = result !== 'met';
  }
}

function isComplete({ lagMs }: Freshness): boolean {
  return lagMs !== null && lagMs < FRESH_MS;
}
