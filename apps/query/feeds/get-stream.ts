import { Problem } from '@mps-ledger/platform';
import { formatPosition } from '@mps-ledger/records';
import type { EventStream } from '../http/event-stream';
import { freshnessHeaders } from '../http/answer';
import type { QueryContext } from '../query-context';
import { NOW } from './feed-parameters';
import { FeedStream } from './feed-stream';
import { holdStream, isWorthHolding } from './hold-stream';
import { readStart, type FoundStart, type StreamRequest } from './read-start';

/**
 * Opens a stream of server-sent events behind a position. Clients of the standard give up for good at a status other than 200. So a stream that
 * cannot begin yet is held open, and one that comes while the program stops ends at once: the client connects again.
 */
export async function getStream(context: QueryContext, request: StreamRequest): Promise<EventStream> {
  const { db, feeds } = context;
  const { clients, tail, catchUps, sent, ended } = feeds;
  const { after, stream, visible, minPosition, wait } = request;
  refuseMore(context);
  const start = await startIfPossible(context, request);
  // Others may have come meanwhile.
  refuseMore(context);
  const events = new FeedStream({
    ...{ db, tail, catchUps, stream, filter: { ...request.filter, visible } },
    after: after === null || after === NOW ? null : formatPosition(after),
    onSent: () => sent.inc({ stream }),
    onEnd: (reason) => ended.inc({ reason }),
  });
  clients.add(events, request.checkKey);
  if (start !== null) events.begin(start);
  else void holdStream(context, request, events);
  return {
    events,
    headers: start === null ? {} : freshnessHeaders(start.freshness, minPosition === null ? null : wait),
  };
}

/** Null where the stream is held. */
async function startIfPossible(context: QueryContext, request: StreamRequest): Promise<FoundStart | null> {
  try {
    return await readStart(context, request);
  } catch (error) {
    if (context.feeds.clients.isClosing || isWorthHolding(request, error)) return null;
    throw error;
  }
}

function refuseMore({ feeds }: QueryContext): void {
  const { clients } = feeds;
  if (clients.isFull() && !clients.isClosing) throw tooManyStreams(clients.limit);
}

function tooManyStreams(limit: number): Problem {
  return new Problem({
    status: 503,
    code: 'too-many-streams',
    detail: `${limit} streams are open here, which is the maximum. Retry in a moment, or ask for /v1/changes.`,
    headers: { 'retry-after': '5' },
  });
}
