import { backoff, NO_JITTER, pause } from '@mps-ledger/async';

import { LogUnavailable, RecordTooLarge, type LogError } from '../../port/errors';
import type { Appended, NewRecord } from '../../port/port';
import { toLogError } from '../faults';
import type { Outgoing } from './requests';
import type { Landed } from './send';

/** An append that waits to be sent, or for its outcome. */
export interface PendingAppend {
  readonly records: readonly NewRecord[];
  readonly bytes: number;
  /** By the clock of `performance.now()`: after it the outcome is reported as unknown. */
  readonly deadline: number;
  readonly succeed: (appended: Appended) => void;
  readonly fail: (error: unknown) => void;
  /** Called when its records are no longer held, whatever its outcome. */
  readonly release: () => void;
}

export interface PartitionQueueOptions {
  /** Sends what `take` returns; settles in bounded time. Undefined where that is nothing. */
  readonly send: (take: Outgoing['take']) => Promise<Landed | undefined>;
  /** Appends that are sent together have at most so many bytes; a larger one is sent alone. */
  readonly maxBatchBytes: number;
  /** Called when nothing is pending any more. */
  readonly onIdle: () => void;
}

const RETRY_PAUSES = { firstMs: 50, longestMs: 1_000, random: NO_JITTER };

/**
 * The appends to one partition: one send at a time, in the order of the calls. Those that arrive while a send is in flight go
 * together in the next one. A send with an unknown outcome is retried until it is known, before anything else is sent: later
 * appends must not overtake it. An append past its deadline is reported as unknown, and not sent again.
 */
export class PartitionQueue {
  private readonly waiting: PendingAppend[] = [];
  private draining: Promise<void> | undefined;
  private givenUp: LogError | undefined;

  constructor(private readonly options: PartitionQueueOptions) {}

  enqueue(pending: PendingAppend): void {
    this.waiting.push(pending);
    this.draining ??= this.drain();
  }

  /** Resolves when nothing is in flight. */
  async idle(): Promise<void> {
    await this.draining;
  }

  /** Fails all pending appends, and those in flight unless the current attempt reports their outcome. */
  giveUp(reason: LogError): void {
    this.givenUp = reason;
  }

  private async drain(): Promise<void> {
    while (this.dropExpired()) {
      const batch = new AppendBatch(() => this.next());
      await this.sendUntilKnown(batch);
      for (const { release } of batch.all()) release();
    }
    this.draining = undefined;
    this.options.onIdle();
  }

  /** Releases expired appends at the head. Whether any other is pending. */
  private dropExpired(): boolean {
    const now = performance.now();
    for (let first = this.waiting[0]; first !== undefined && first.deadline <= now; first = this.waiting[0]) {
      this.waiting.shift();
      first.release();
    }
    return this.waiting.length > 0;
  }

  /** Takes the first pending appends, as many as may be sent together. */
  private next(): PendingAppend[] {
    let count = 0;
    let bytes = 0;
    for (const one of this.waiting) {
      bytes += one.bytes;
      if (count > 0 && bytes > this.options.maxBatchBytes) break;
      count += 1;
    }
    return this.waiting.splice(0, count);
  }

  private async sendUntilKnown(batch: AppendBatch): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      if (this.isGivenUp(batch)) return;
      let taken: readonly PendingAppend[] = [];
      try {
        const landed = await this.options.send(() => {
          taken = this.givenUp === undefined ? batch.unexpired() : [];
          return { records: taken.flatMap(({ records }) => records), bytes: bytesOf(taken) };
        });
        if (landed !== undefined) settle(taken, landed);
        else this.isGivenUp(batch);
        return;
      } catch (error) {
        const known = toLogError(error);
        if (!(known instanceof LogUnavailable)) {
          await this.refused(taken.length > 0 ? taken : batch.unexpired(), known);
          return;
        }
        await pause(backoff(attempt, RETRY_PAUSES));
        if (batch.unexpired().length === 0) return;
      }
    }
  }

  /** Whether the queue was given up; fails the batch then. */
  private isGivenUp(batch: AppendBatch): boolean {
    if (this.givenUp === undefined) return false;
    for (const { fail } of batch.all()) fail(this.givenUp);
    return true;
  }

  /** Sends a batch that is too large append by append; otherwise fails it. */
  private async refused(together: readonly PendingAppend[], error: LogError): Promise<void> {
    if (error instanceof RecordTooLarge && together.length > 1) {
      for (const one of together) await this.sendUntilKnown(new AppendBatch(() => [one]));
    } else {
      for (const { fail } of together) fail(error);
    }
  }
}

/** Appends that are sent together: chosen on first use, then fixed. */
class AppendBatch {
  private chosen: readonly PendingAppend[] | undefined;

  constructor(private readonly choose: () => readonly PendingAppend[]) {}

  all(): readonly PendingAppend[] {
    return (this.chosen ??= this.choose());
  }

  unexpired(): readonly PendingAppend[] {
    const now = performance.now();
    return this.all().filter(({ deadline }) => deadline > now);
  }
}

function bytesOf(appends: readonly PendingAppend[]): number {
  return appends.reduce((sum, { bytes }) => sum + bytes, 0);
}

function settle(together: readonly PendingAppend[], { base, logged }: Landed): void {
  let first = base;
  for (const { records, succeed } of together) {
    const begin = first;
    succeed({ offsets: records.map((_, index) => begin + index), logged });
    first += records.length;
  }
}
