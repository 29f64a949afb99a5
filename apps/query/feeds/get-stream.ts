import { Problem } from '@mps-ledger/platform';
import { positionAt, readFreshness } from '@mps-ledger/read-model';
import type { EventStream } from '../http/event-stream';
import { freshnessHeaders } from '../http/answer';
import type { QueryContext } from '../query-context';
import { waitForPosition, type PositionOptions } from '../waiting/min-position';
import { readInTime } from '../waiting/read-in-time';
import type { FeedRequest } from './feed-parameters';
import { FeedStream } from './feed-stream';
import { findStart } from './find-start';
import type { KeyCheck } from './stream-clients';

export interface StreamRequest extends FeedRequest, PositionOptions {
  /** Where `after` came from: the parameter, or the header field. */
  readonly given: string;
  readonly checkKey: KeyCheck;
}

/** Seconds that a stream waits for rows where the client does not say: a client of the standard cannot, and gives up at a 503. */
const WAIT_SECONDS = 10;

/** Opens a stream of server-sent events behind a position. */
export async function getStream(context: QueryContext, request: StreamRequest): Promise<EventStream> {
  const { feeds, db } = context;
  const { clients, tail, catchUps, sent, ended } = feeds;
  const { after, given, stream, visible, minPosition, disconnected, wait } = request;
  if (clients.isFull()) throw tooManyStreams(clients.limit);
  const now = performance.now();
  if (minPosition !== null) await waitForPosition(context, minPosition, now + (wait ?? 0) * 1000, disconnected);
  const deadline = now + (wait ?? WAIT_SECONDS) * 1000;
  const place = await findStart(context, { after, given, deadline, disconnected });
  const freshness = await readInTime(
    () => readFreshness(db),
    deadline,
    () => disconnected.aborted || clients.isFull(),
  );
  // Others may have come meanwhile.
  if (clients.isFull()) throw tooManyStreams(clients.limit);
  const from = place === null ? null : { place, position: positionAt(place, freshness) };
  const events = new FeedStream({
    ...{ db, tail, catchUps, stream, filter: { ...request.filter, visible }, from, lagMs: freshness.lagMs },
    onSent: () => sent.inc({ stream }),
    onEnd: (reason) => ended.inc({ reason }),
  });
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
