import type { FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from '@mps-ledger/platform';
import { judgePosition } from '@mps-ledger/read-model';
import type { Freshness, PositionVerdict } from '@mps-ledger/read-model';
import { formatPosition, parsePosition } from '@mps-ledger/records';
import type { Position } from '@mps-ledger/records';
import { MIN_POSITION } from '../contract/parameters';
import { freshnessHeaders } from '../http/answer';
import type { Answer } from '../http/answer';
import { goneSignal } from '../http/answering';
import { badParameters } from '../http/parameters';
import { readPreferences } from '../http/prefer';
import type { Reading } from '../reading';
import { behindOf } from '../tasks/receipts';
import { tooManyWaiters } from '../tasks/task-problems';
import { readInTime } from './read-in-time';

/** What a request says of the least that its answer must hold. */
export interface AtLeast {
  /** Null: whatever the rows hold. */
  readonly minPosition: Position | null;
  /** Seconds to wait for it at most; null: not at all. */
  readonly wait: number | null;
  /** Aborted when there is nobody left to answer. */
  readonly gone: AbortSignal;
}

/** What a request says by its parameter and its header `Prefer`; throws 400 for what is no position. */
export function atLeast(text: string | undefined, request: FastifyRequest, reply: FastifyReply): AtLeast {
  const { wait } = readPreferences(request.headers['prefer']);
  return { minPosition: minPositionOf(text), wait, gone: goneSignal(reply) };
}

function minPositionOf(text: string | undefined): Position | null {
  if (text === undefined) return null;
  const position = parsePosition(text);
  if (position !== null) return position;
  throw badParameters([
    { where: 'query.min_position', detail: `${JSON.stringify(text)} was given; it must be ${MIN_POSITION.allowed}.` },
  ]);
}

/** Answers once the rows are at a position, where one is asked for; see `untilReached`. */
export async function answerAtLeast(reading: Reading, at: AtLeast, answer: () => Promise<Answer>): Promise<Answer> {
  const { minPosition, wait, gone } = at;
  if (minPosition === null) return answer();
  await untilReached(reading, minPosition, performance.now() + (wait ?? 0) * 1000, gone);
  const { headers, ...rest } = await answer();
  return { ...rest, headers: { ...headers, ...(wait !== null && { 'preference-applied': `wait=${wait}` }) } };
}

/**
 * Resolves once the rows are at a position, and the events before it are those that it was made of. No connection is held meanwhile.
 * Throws 503 `read-model-behind` where that is not in time, 410 for a position that leads nowhere here, 400 for one of another
 * number of partitions.
 *
 * @param deadline as `performance.now()` counts
 */
export async function untilReached(
  reading: Reading,
  position: Position,
  deadline: number,
  gone: AbortSignal,
): Promise<void> {
  const { db, waiting } = reading;
  const leave = (): boolean => gone.aborted || waiting.isClosed;
  for (let waited: string | undefined; ;) {
    const { freshness, verdict } = await readInTime(() => judgePosition(db, position), deadline, leave);
    if (verdict === 'current') return;
    if (verdict !== 'beyond') throw unreachable(position, verdict, freshness);
    if (waited === 'over' || waited === 'gone') throw behind(position, freshness);
    waited = await waiting.until({ reached: position }, deadline - performance.now(), gone);
    if (waited === 'full') throw tooManyWaiters(waiting.count);
  }
}

function behind(position: Position, freshness: Freshness): Problem {
  const late = position.offsets.findIndex((offset, partition) => offset > (freshness.offsets[partition] ?? 0));
  const what =
    `The rows are not at ${formatPosition(position)} yet: in partition ${late} every event before offset ` +
    `${freshness.offsets[late] ?? 0} is applied`;
  return behindOf(what, freshness);
}

/** Where to go on from, whatever is wrong with a position. */
const BEGIN_ANEW =
  'Leave min_position out, or begin anew: read again what you hold, and go on from the Ledger-Position of those answers.';

function unreachable(
  position: Position,
  verdict: Exclude<PositionVerdict, 'current' | 'beyond'>,
  freshness: Freshness,
): Problem {
  const here = `log ${freshness.logId}, log generation ${freshness.logGeneration}, event generation ${freshness.eventGeneration}`;
  const gone = (code: string, why: string): Problem =>
    new Problem({ status: 410, code, detail: `${why} ${BEGIN_ANEW}`, headers: freshnessHeaders(freshness) });
  switch (verdict) {
    case 'reset':
      return gone(
        'position-reset',
        `The events before ${formatPosition(position)} are not those that it was given for: the log was set back after that, as by ` +
          `restoring a database from a dump, or the position was changed.`,
      );
    case 'other-log':
      return gone('position-of-another-log', `The position is of log ${position.logId}; here is ${here}.`);
    case 'older-generation':
    case 'newer-generation':
      return gone(
        'position-of-another-generation',
        `The position is of log generation ${position.logGeneration}, event generation ${position.eventGeneration}, which is ` +
          `${verdict === 'older-generation' ? 'older' : 'newer'} than what is read here: ${here}.`,
      );
    case 'other-partitions': {
      const detail = `It has ${position.offsets.length} offsets; this log has ${freshness.offsets.length} partitions.`;
      return badParameters([{ where: 'query.min_position', detail }]);
    }
  }
}
