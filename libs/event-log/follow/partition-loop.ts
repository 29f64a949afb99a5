import { setTimeout as pause } from 'node:timers/promises';

import type { FollowOptions, LogRecord } from '../port/port';
import type { Tenure } from './ownership';

/** Where a partition's records come from. */
export interface PartitionSource {
  /** The group's progress, or zero without one. */
  progress(): Promise<number>;
  /** Rejects with `OutOfRange` unless the log, read just now, has the position. */
  check(position: number): Promise<void>;
  /**
   * Waits for records at or after a position; null when the signal is aborted; `DOUBT` where the log may have become another
   * one unseen, so that it is to be begun again. Rejects with `OutOfRange`, too.
   */
  next(position: number, signal: AbortSignal): Promise<FetchedRecords | typeof DOUBT | null>;
}

/** Instead of records: what would come now may not follow on what came before. */
export const DOUBT = Symbol('begin again');

export interface FetchedRecords {
  readonly records: readonly LogRecord[];
  /** The position after them. */
  readonly to: number;
}

const LEAST_PAUSE_MS = 100;
const MOST_PAUSE_MS = 5_000;

/**
 * Follows one partition for one time of owning it: begins where it should, hands over batch after batch, commits what each
 * answers; after a failure pauses and begins again. Resolves when the tenure is over and no batch is under way; never
 * rejects.
 */
export async function followPartition(tenure: Tenure, source: PartitionSource, options: FollowOptions): Promise<void> {
  const { partition, signal } = tenure;
  let attempt = 0;
  while (!tenure.isEnding()) {
    try {
      let position = await begin(partition, source, options);
      for (;;) {
        const next = await workOn(position, tenure, source, options);
        if (next === null) return;
        if (next === DOUBT) position = await begin(partition, source, options);
        else {
          position = next;
          attempt = 0;
        }
      }
    } catch (error) {
      // What fails once the work is to end fails because of that.
      if (tenure.isEnding()) return;
      attempt += 1;
      options.onFailure?.({ partition, error, attempt });
      await pause(pauseAfter(attempt), undefined, { signal }).catch(() => undefined);
    }
  }
}

async function begin(partition: number, source: PartitionSource, options: FollowOptions): Promise<number> {
  const position = (await options.startAt?.(partition)) ?? (await source.progress());
  await source.check(position);
  return position;
}

/** One batch. Answers where to go on; null when the tenure is over; `DOUBT` where nothing was done and it is to be begun again. */
async function workOn(
  from: number,
  tenure: Tenure,
  source: PartitionSource,
  options: FollowOptions,
): Promise<number | typeof DOUBT | null> {
  const { partition, signal } = tenure;
  const fetched = await source.next(from, signal);
  if (fetched === null || tenure.isEnding()) return null;
  if (fetched === DOUBT) return DOUBT;
  const position = await options.onBatch({
    topic: options.topic,
    partition,
    from,
    to: fetched.to,
    records: fetched.records,
    signal,
    heartbeat: async () => {
      tenure.check();
    },
  });
  if (position !== fetched.to) await source.check(position);
  await tenure.commit(position);
  return position;
}

/** How long to wait after so many failures in a row, in ms. */
export function pauseAfter(attempt: number): number {
  return growingPause(attempt, MOST_PAUSE_MS);
}

/** The same, up to another bound and from another one on. */
export function growingPause(attempt: number, most: number, least = LEAST_PAUSE_MS): number {
  return Math.min(least * 2 ** (attempt - 1), most);
}
