import type { Pool } from 'pg';
import { inTransaction } from '@mps-ledger/database';
import type { ReadModel } from '../read-model';
import { DATABASE_TIME } from '../sql/database-time';
import { WRITE_COMPLETE_AS_OF } from '../sql/write-complete-as-of';

/** A partition's end at a moment: when its rows have reached it, they are complete as of that moment. */
export interface FreshnessSample {
  /** The topic that is followed. */
  readonly topic: string;
  readonly partition: number;
  /** Taken from the database's clock before the end was read. */
  readonly asOf: string;
  /** The end position: of events the raw topic's, which is where they come from; else the topic's own. */
  readonly end: number;
  /** How far that topic is known to have reached. Default: not known. */
  readonly seenEnd?: number;
  /** How far the event log itself reaches. Default: it was not looked at. */
  readonly eventEnd?: SeenEventEnd | null;
}

/** The end of a partition of the event log. */
export interface SeenEventEnd {
  readonly end: number;
  /** Taken from the database's clock before it was read. */
  readonly asOf: string;
}

/** The database's clock: RFC 3339, UTC, microseconds. Freshness is measured by this clock only. */
export async function databaseTime({ db }: ReadModel): Promise<string> {
  const { rows } = await db.query<{ now: string }>(DATABASE_TIME);
  const [row] = rows;
  if (row === undefined) throw new Error('the database did not say what time it is');
  return row.now;
}

/**
 * Writes `complete_as_of` for the partitions whose samples are reached, and of all how far the log was seen to reach
 * (`seen_end`): what is gone of it later is missed, also where nothing was made of it yet; and how far the event log reaches. A partition whose checkpoint is locked is left
 * out: a batch is under way there, which does the same for itself. Does not wait for the disk: what a crash loses of it
 * is said again.
 *
 * @returns the partitions whose samples are done with, in no order.
 */
export async function writeCompleteAsOf(
  model: ReadModel<Pool>,
  samples: readonly FreshnessSample[],
): Promise<readonly Pick<FreshnessSample, 'topic' | 'partition'>[]> {
  if (samples.length === 0) return [];
  const given = samples.map(({ asOf, seenEnd, eventEnd, ...sample }) => ({
    ...{ as_of: asOf, seen_end: seenEnd ?? 0 },
    ...{ event_end: eventEnd?.end ?? null, event_end_as_of: eventEnd?.asOf ?? null },
    ...sample,
  }));
  const values = [JSON.stringify(given)];
  const { rows } = await inTransaction(
    model.db,
    async (client) =>
      [
        'commit',
        await client.query<{ topic: string; partition: number }>(WRITE_COMPLETE_AS_OF(model), values),
      ] as const,
    { durable: false },
  );
  return rows;
}
