import { badParameters, Problem } from '@mps-ledger/platform';
import { judgePosition } from '@mps-ledger/read-model';
import type { Freshness, PositionVerdict } from '@mps-ledger/read-model';
import { formatPosition } from '@mps-ledger/records';
import type { Position } from '@mps-ledger/records';
import { freshnessHeaders } from '../http/answer';
import type { Answer } from '../http/answer';
import type { WaitOptions } from '../http/request-parts';
import type { QueryContext } from '../query-context';
import { behindOf } from '../tasks/receipts';
import { tooManyWaiters } from '../tasks/task-problems';
import { readInTime } from './read-in-time';
import type { WaitResult } from './waiting-room';

/** The position that the rows of an answer must have reached, and how long the client waits for it. */
export interface PositionOptions extends WaitOptions {
  /** Null: any. */
  readonly minPosition: Position | null;
}

/** Answers once the rows have reached the position, if one was given; see `waitForPosition`. */
export async function answerAtPosition(
  context: QueryContext,
  { minPosition, wait, disconnected }: PositionOptions,
  answer: () => Promise<Answer>,
): Promise<Answer> {
  if (minPosition === null) return answer();
  await waitForPosition(context, minPosition, performance.now() + (wait ?? 0) * 1000, disconnected);
  return { ...(await answer()), waited: wait };
}

/**
 * Resolves once the rows have reached a position and its check matches the events before it. No connection is held during the wait.
 * Throws 503 `read-model-behind` at the deadline, 410 for a position of another log, another generation or a log that was set
 * back, 400 for another number of partitions.
 *
 * @param deadline as `performance.now()` counts
 */
export async function waitForPosition(
  context: QueryContext,
  position: Position,
  deadline: number,
  disconnected: AbortSignal,
): Promise<void> {
  const { db, waiting } = context;
  const giveUp = (): boolean => disconnected.aborted || waiting.isClosed;
  for (let result: WaitResult | undefined; ;) {
    const { freshness, verdict } = await readInTime(() => judgePosition(db, position), deadline, giveUp);
    if (verdict === 'current') return;
    if (verdict !== 'beyond') throw unreachable(position, verdict, freshness, MIN_POSITION);
    if (result === 'timeout' || result === 'disconnected') throw behind(position, freshness);
    result = await waiting.until({ reached: position }, deadline - performance.now(), disconnected);
    if (result === 'too-many-waiting') throw tooManyWaiters(waiting.count);
  }
}

/** 503: the rows are not at a position yet. */
export function behind(position: Position, freshness: Freshness): Problem {
  const late = position.offsets.findIndex((offset, partition) => offset > (freshness.offsets[partition] ?? 0));
  const what =
    `The rows are not at ${formatPosition(position)} yet: in partition ${late} every event before offset ` +
    `${freshness.offsets[late] ?? 0} is applied`;
  return behindOf(what, freshness);
}

/** A position that was given: the parameter that it came by, and what to do, whatever is wrong with it. */
export interface GivenPosition {
  /** `query.` or `header.`, and its name. */
  readonly where: string;
  readonly advice: string;
}

const MIN_POSITION: GivenPosition = {
  where: 'query.min_position',
  advice: 'Omit min_position, or start again: read your data again, and use the Ledger-Position of those answers.',
};

/** The problem of a position that the rows will never be at. */
export function unreachable(
  position: Position,
  verdict: Exclude<PositionVerdict, 'current' | 'beyond'>,
  freshness: Freshness,
  { where, advice }: GivenPosition,
): Problem {
  const here = `log ${freshness.logId}, log generation ${freshness.logGeneration}, event generation ${freshness.eventGeneration}`;
  const noSuchPosition = (code: string, why: string): Problem =>
    new Problem({ status: 410, code, detail: `${why} ${advice}`, headers: freshnessHeaders(freshness) });
  switch (verdict) {
    case 'reset':
      return noSuchPosition(
        'position-reset',
        `The events before ${formatPosition(position)} are not those that it was made of: the log was set back afterwards, as by ` +
          `restoring a database from a dump, or the position was altered.`,
      );
    case 'other-log':
      return noSuchPosition('position-of-another-log', `The position is of log ${position.logId}; here is ${here}.`);
    case 'older-generation':
    case 'newer-generation':
      return noSuchPosition(
        'position-of-another-generation',
        `The position is of log generation ${position.logGeneration}, event generation ${position.eventGeneration}, which is ` +
          `${verdict === 'older-generation' ? 'older' : 'newer'} than what is read here: ${here}.`,
      );
    case 'other-partitions': {
      const detail = `It has ${position.offsets.length} offsets; this log has ${freshness.offsets.length} partitions.`;
      return badParameters([{ where, detail }]);
    }
  }
}
