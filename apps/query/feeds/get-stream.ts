import { Problem } from '@mps-ledger/platform';
import { readFreshness } from '@mps-ledger/read-model';
import type { EventStream } from '../http/event-stream';
import { freshnessHeaders } from '../http/answer';
import type { QueryContext } from '../query-context';
import { waitForPosition, type PositionOptions } from '../waiting/min-position';
import type { FeedRequest } from './feed-parameters';
import { FeedStream } from './feed-stream';
import { findStart } from './find-start';
import type { KeyCheck } from './stream-clients';

export interface StreamRequest extends FeedRequest, PositionOptions {
  /** Where `after` came from: the parameter, or the header field. */
  readonly given: string;
  readonly checkKey: KeyCheck;
}

/** Opens a stream of server-sent events behind a position. */
export async function getStream(context: QueryContext, request: StreamRequest): Promise<EventStream> {
  const { feeds, db } = context;
  const { clients, tail, catchUps } = feeds;
  const { after, given, stream, visible, minPosition, disconnected, wait } = request;
  if (clients.isFull) throw tooManyStreams(clients.limit);
  const deadline = performance.now() + (wait ?? 0) * 1000;
  if (minPosition !== null) await waitForPosition(context, minPosition, deadline, disconnected);
  const from = await findStart(context, { after, given, deadline, disconnected });
  const freshness = await readFreshness(db);
  const filter = { ...request.filter, visible };
  const events = new FeedStream({ db, tail, catchUps, stream, filter, from });
  clients.add(events, request.checkKey);
  return { events, headers: freshnessHeaders(freshness, minPosition === null ? null : wait) };
}

function tooManyStreams(limit: number): Problem {
  return new Problem({
    status: 503,
    code: 'too-many-streams',
    detail: `${limit} streams are open here, which is the maximum. Retry in a moment, or ask for /v1/changes.`,
    headers: { 'retry-after': '5' },
  });
}
