import { positionAt, readFreshness, type Freshness } from '@mps-ledger/read-model';
import type { QueryContext } from '../query-context';
import { waitForPosition, type PositionOptions } from '../waiting/min-position';
import { readInTime } from '../waiting/read-in-time';
import type { StreamStart } from './feed-stream';
import { findStart } from './find-start';
import type { FeedRequest } from './feed-parameters';
import type { KeyCheck } from './stream-clients';

export interface StreamRequest extends FeedRequest, PositionOptions {
  /** Where `after` came from: the parameter, or the header field. */
  readonly given: string;
  readonly checkKey: KeyCheck;
}

export interface FoundStart extends StreamStart {
  readonly freshness: Freshness;
}

/** Seconds that a stream waits for rows where the client does not say: a client of the standard cannot. */
const WAIT_SECONDS = 10;

/** Where a stream begins. Waits for the database, and for rows that have not reached its position. Throws as `findStart` does. */
export async function readStart(context: QueryContext, request: StreamRequest): Promise<FoundStart> {
  const { db, feeds } = context;
  const { after, given, minPosition, disconnected, wait } = request;
  const now = performance.now();
  if (minPosition !== null) await waitForPosition(context, minPosition, now + (wait ?? 0) * 1000, disconnected);
  const deadline = now + (wait ?? WAIT_SECONDS) * 1000;
  const place = await findStart(context, { after, given, deadline, disconnected });
  const freshness = await readInTime(
    () => readFreshness(db),
    deadline,
    () => disconnected.aborted || feeds.clients.isClosing,
  );
  const from = place === null ? null : { place, position: positionAt(place, freshness) };
  return { from, lagMs: freshness.lagMs, freshness };
}
