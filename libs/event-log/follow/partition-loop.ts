import { backoff, NO_JITTER, pause } from '@mps-ledger/async';

import type { FollowOptions, LogRecord } from '../port/port';
import type { Ownership } from './ownership';

/** Where a partition's records come from. */
export interface PartitionSource {
  /** The group's progress, or zero without one. */
  progress(): Promise<number>;
  /** Rejects with `OutOfRange` unless the log, read just now, has the position. */
  check(position: number): Promise<void>;
  /**
   * Waits for records at or after a position. Null: the signal was aborted. `BEGIN_AGAIN`: the log may have been replaced
   * unnoticed. Rejects with `OutOfRange`, too.
   */
  next(position: number, signal: AbortSignal): Promise<FetchedRecords | typeof BEGIN_AGAIN | null>;
}

/** Instead of records: what comes next may not continue what came before, so the partition begins again at `startAt`. */
export const BEGIN_AGAIN = Symbol('begin again');

export interface FetchedRecords {
  readonly records: readonly LogRecord[];
  /** The position after them. */
  readonly to: number;
}

/** The pause after so many failures in a row, in ms: 100 ms, doubling to 5 s. */
export const pauseAfter = (attempt: number): number => backoff(attempt, { random: NO_JITTER });

/**
 * Follows one partition for one period of ownership: begins at `startAt`, hands over batch after batch, commits the position
 * that each returns; after a failure pauses and begins again. Resolves when the ownership is over and no batch is in flight;
 * never rejects.
 */
export async function followPartition(
  ownership: Ownership,
  source: PartitionSource,
  options: FollowOptions,
): Promise<void> {
  const { partition, signal } = ownership;
  let attempt = 0;
  while (!ownership.isEnding()) {
    try {
      let position = await begin(partition, source, options);
      for (;;) {
        const next = await workOn(position, ownership, source, options);
        if (next === null) return;
        if (next === BEGIN_AGAIN) position = await begin(partition, source, options);
        else {
          position = next;
          attempt = 0;
        }
      }
    } catch (error) {
      // A failure after the work was asked to end is a consequence of that.
      if (ownership.isEnding()) return;
      attempt += 1;
      options.onFailure?.({ partition, error, attempt });
      await pause(pauseAfter(attempt), signal);
    }
  }
}

async function begin(partition: number, source: PartitionSource, options: FollowOptions): Promise<number> {
  const position = (await options.startAt?.(partition)) ?? (await source.progress());
  await source.check(position);
  return position;
}

/** Does one batch. Returns the next position; null when the ownership is over; `BEGIN_AGAIN` where nothing was done. */
async function workOn(
  from: number,
  ownership: Ownership,
  source: PartitionSource,
  options: FollowOptions,
): Promise<number | typeof BEGIN_AGAIN | null> {
  const { partition, signal } = ownership;
  const fetched = await source.next(from, signal);
  if (fetched === null || ownership.isEnding()) return null;
  if (fetched === BEGIN_AGAIN) return BEGIN_AGAIN;
  const position = await options.onBatch({
    topic: options.topic,
    partition,
    from,
    to: fetched.to,
    records: fetched.records,
    signal,
    heartbeat: async () => {
      ownership.check();
    },
  });
  // What lies in the batch was fetched from the log just now; also a follower that stops commits a part of it.
  if (!isBetween(from, position, fetched.to)) await source.check(position);
  await ownership.commit(position);
  return position;
}

function isBetween(from: number, position: number, to: number): boolean {
  return Number.isSafeInteger(position) && position >= from && position <= to;
}
