import { beginning, positionAt, readFeed } from '@mps-ledger/read-model';
import { parsePosition } from '@mps-ledger/records';
import type { FeedPage, FeedPlace } from '@mps-ledger/read-model';
import type { Answer } from '../http/answer';
import type { QueryContext } from '../query-context';
import { answerAtPosition, type PositionOptions } from '../waiting/min-position';
import { tooManyWaiters } from '../tasks/task-problems';
import { eventOf } from './feed-event';
import { feedLimits } from './feed-limits';
import type { FeedName, FeedRequest } from './feed-parameters';
import { findStart } from './find-start';

export interface ChangesRequest extends FeedRequest, PositionOptions {
  readonly limit: number | undefined;
}

const DEFAULT_LIMIT = 100;
/** Answers what follows a position, as far as it fits; where nothing does, waits for it as long as the client wants. */
export function getChanges(context: QueryContext, request: ChangesRequest): Promise<Answer> {
  return answerAtPosition(context, request, () => changesAfter(context, request));
}

async function changesAfter(context: QueryContext, request: ChangesRequest): Promise<Answer> {
  const { db, feeds, waiting } = context;
  const { stream, visible, after, wait, limit, disconnected } = request;
  const filter = { ...request.filter, visible };
  const deadline = performance.now() + (wait ?? 0) * 1000;
  const start = { given: 'query.after', deadline, disconnected };
  let from = await findStart(context, { ...start, after });
  const limits = feedLimits(filter, limit ?? DEFAULT_LIMIT);
  for (;;) {
    const at = from;
    const page = await feeds.reads.run(() => readFeed(db, stream, filter, [at, null], limits));
    const left = deadline - performance.now();
    const isAnswer = page.items.length > 0 || !page.isEnd || left <= 0;
    const result = isAnswer ? 'timeout' : await waiting.until({ moved: page.freshness }, left, disconnected);
    if (result === 'too-many-waiting') throw tooManyWaiters(waiting.count);
    if (result !== 'met') return { ...answerOf(stream, at, page), waited: wait };
    // The log may have been set back while it waited.
    from = await findStart(context, { ...start, after: parsePosition(positionAt(page.place, page.freshness)) });
  }
}

function answerOf(stream: FeedName, from: FeedPlace | null, page: FeedPage): Answer {
  const { freshness, items, place, isEnd } = page;
  const at = from ?? beginning(freshness.offsets.length);
  return {
    freshness,
    body: () => {
      const reached = { offsets: [...at.offsets], ids: [...at.ids] };
      const shown = items.map((item) => {
        reached.offsets[item.partition] = item.offset + 1;
        reached.ids[item.partition] = item.eventId;
        return `{"position":"${positionAt(reached, freshness)}","event":${eventOf(stream, item).text}}`;
      });
      return `{"items":[${shown.join()}],"position":"${positionAt(place, freshness)}","caught_up":${isEnd}}`;
    },
  };
}
