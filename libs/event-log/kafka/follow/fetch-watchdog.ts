import { backoff, NO_JITTER } from '@mps-ledger/async';

import { LogUnavailable } from '../../port/errors';
import type { Logger } from '../../port/logger';
import { toLogError } from '../faults';
import type { Feed } from './feed';
import { refuseBeyond } from './partition-source';
import type { Range } from '../ranges';

export interface FetchWatchdogOptions {
  readonly topic: string;
  readonly feeds: () => ReadonlyMap<number, Feed>;
  /** What each partition holds, read now. */
  readonly ranges: () => Promise<readonly Range[]>;
  /** Whether there are records at or after a position, read without the consumer. Rejects where that is unknown. */
  readonly hasRecords: (partition: number, position: number) => Promise<boolean>;
  /** A partition delivers nothing although it has records, also after beginning again: a new consumer is needed. */
  readonly onStuck: (error: LogUnavailable) => void;
  readonly logger: Logger;
  /** Milliseconds, rising. Default: `performance.now()`. */
  readonly now?: () => number;
}

/** How long a partition may wait for existing records. A fetch takes a tenth of a second. */
const MAX_FETCH_WAIT_MS = 3_000;
/** Between a new consumer and the next, at first and at most: each rebalances the group. */
const RESTART_PAUSES = { firstMs: 10_000, longestMs: 300_000, random: NO_JITTER };

/**
 * Checks partitions that wait for records. A request for a position that the log does not have is rejected. One that waits
 * although records exist begins again, and where that does not help, a new consumer is requested, at growing intervals:
 * whatever the cause, no partition waits forever.
 */
export class FetchWatchdog {
  /** Partitions that waited although records existed, and how many checks in a row found them so. */
  private readonly stuck = new Map<number, { readonly position: number; readonly times: number }>();
  private restarts = 0;
  private restartedAt = -Infinity;

  constructor(private readonly options: FetchWatchdogOptions) {}

  /** Checks all waiting partitions once. Never rejects. */
  async checkAll(): Promise<void> {
    const began = this.now();
    const waiting = [...this.options.feeds()].filter(([, feed]) => feed.waiting !== undefined);
    await Promise.all(
      waiting.map(async ([partition, feed]) => {
        const asked = feed.waiting;
        if (asked === undefined || asked.since >= began) return;
        const range = await this.check(partition, feed, asked.position);
        const isOverdue = began - asked.since >= MAX_FETCH_WAIT_MS && asked.position < (range?.high ?? 0);
        // Still the same request.
        if (isOverdue && feed.waiting === asked) await this.recover(partition, feed, asked.position);
      }),
    );
  }

  /** Rejects a request for a position that the log does not have; returns the range that it has, if known. */
  async check(partition: number, feed: Feed, position: number): Promise<Range | undefined> {
    try {
      const range = (await this.options.ranges())[partition] ?? { low: 0, high: 0 };
      refuseBeyond(this.options.topic, partition, position, range);
      return range;
    } catch (error) {
      // The callers of the log get the error of a range that cannot be read.
      if (toLogError(error).code !== 'log-unavailable') feed.fail(position, error);
      return undefined;
    }
  }

  private async recover(partition: number, feed: Feed, position: number): Promise<void> {
    const { topic, hasRecords, logger, onStuck } = this.options;
    const asked = feed.waiting;
    // There may be only control records, the records may arrive damaged, or the read may fail.
    const exists = await hasRecords(partition, position).catch(() => false);
    if (!exists || feed.waiting !== asked) return;
    const before = this.stuck.get(partition);
    const times = before?.position === position ? before.times + 1 : 1;
    this.stuck.set(partition, { position, times });
    if (times === 1) {
      logger.warn({ topic, partition, position }, 'records that are in the log were not fetched: beginning again');
      feed.beginAgain();
    } else if (this.mayRestart()) {
      onStuck(
        new LogUnavailable(`the records of ${topic}/${partition} from ${position} on exist and were not fetched`),
      );
    }
  }

  private mayRestart(): boolean {
    const now = this.now();
    const pause = this.restarts === 0 ? 0 : backoff(this.restarts, RESTART_PAUSES);
    if (now < this.restartedAt + pause) return false;
    // After a long time the interval is reset.
    this.restarts = now > this.restartedAt + 2 * RESTART_PAUSES.longestMs ? 1 : this.restarts + 1;
    this.restartedAt = now;
    return true;
  }

  private now(): number {
    return this.options.now?.() ?? performance.now();
  }
}
