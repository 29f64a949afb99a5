import { OutOfRange } from '../port/errors';
import type { Hint } from './hint';

interface Waiter {
  readonly partition: number;
  readonly position: number;
  /** Number of the first refresh that began after the position was requested. */
  readonly freshFrom: number;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

export interface EndsOptions {
  readonly topic: string;
  /** Reads the position after the last record, by partition, from the log itself. */
  readonly read: () => Promise<readonly number[]>;
  /** How often to refresh without a hint, in ms. */
  readonly pollMs: number;
  /** A refresh failed; the next one comes with the next poll. */
  readonly onFailure: (error: unknown) => void;
}

/**
 * The ends of partitions, and the callers that wait for more records. Hints wake them at once. A refresh, which reads the log
 * at intervals and after a failure, is authoritative: it also finds positions that the log does not have, as where it was
 * replaced by another one.
 */
export class Ends {
  private readonly waiters = new Set<Waiter>();
  private readonly known = new Map<number, number>();
  /** Ends from hints during a refresh, whose result may be older. */
  private readonly hinted = new Map<number, number>();
  private refreshes = 0;
  private refreshing: Promise<void> | undefined;
  private isRefreshWanted = false;
  private timer: NodeJS.Timeout | undefined;
  private isClosed = false;
  private hasFailed = false;
  /** How often a refresh succeeded after a failed one. */
  outages = 0;

  constructor(private readonly options: EndsOptions) {}

  /**
   * Resolves when there is a record at or after the position, the signal is aborted, or there was an outage. Rejects with
   * `OutOfRange` for a position beyond the end. To be called with positions that were read up to or checked.
   */
  async waitFor(partition: number, position: number, signal: AbortSignal): Promise<void> {
    const end = this.known.get(partition);
    if (signal.aborted || (end ?? 0) > position) return;
    let leave = (): void => undefined;
    const settled = new Promise<void>((resolve, reject) => {
      const waiter = { partition, position, freshFrom: this.refreshes + 1, resolve, reject };
      this.waiters.add(waiter);
      leave = () => {
        this.waiters.delete(waiter);
        resolve();
      };
    });
    signal.addEventListener('abort', leave);
    if (end === undefined) this.refresh();
    else this.schedule();
    await settled.finally(() => {
      signal.removeEventListener('abort', leave);
    });
  }

  /** Handles a hint: new ends, or that hints may have been missed. */
  hint(hint: Hint | 'anything'): void {
    if (hint === 'anything') {
      this.refresh();
      return;
    }
    for (const [topic, partition, end] of hint.ends) {
      if (topic !== this.options.topic) continue;
      this.raise(this.known, partition, end);
      this.raise(this.hinted, partition, end);
    }
    this.wake();
  }

  /** Sets an end that was just read, though it may be lower than that of a hint. */
  correct(partition: number, end: number): void {
    this.known.set(partition, end);
  }

  close(): void {
    this.isClosed = true;
    clearTimeout(this.timer);
  }

  /** Reads the ends, once more if a refresh is in flight. */
  private refresh(): void {
    if (this.isClosed) return;
    if (this.refreshing !== undefined) {
      this.isRefreshWanted = true;
      return;
    }
    this.refreshing = this.refreshOnce().finally(() => {
      this.refreshing = undefined;
      if (this.isRefreshWanted) this.refresh();
    });
  }

  private async refreshOnce(): Promise<void> {
    this.isRefreshWanted = false;
    this.refreshes += 1;
    this.hinted.clear();
    try {
      const ends = await this.options.read();
      ends.forEach((end, partition) => this.known.set(partition, end));
      for (const [partition, end] of this.hinted) this.raise(this.known, partition, end);
      this.refuse(this.refreshes);
      this.wake();
      this.recovered();
    } catch (error) {
      this.hasFailed = true;
      if (!this.isClosed) this.options.onFailure(error);
    }
    this.schedule();
  }

  private raise(ends: Map<number, number>, partition: number, end: number): void {
    ends.set(partition, Math.max(end, ends.get(partition) ?? 0));
  }

  private endOf(partition: number): number {
    return this.known.get(partition) ?? 0;
  }

  /** Wakes all waiters after an outage. */
  private recovered(): void {
    if (!this.hasFailed) return;
    this.hasFailed = false;
    this.outages += 1;
    this.settle(
      () => true,
      ({ resolve }) => resolve(),
    );
  }

  private wake(): void {
    this.settle(
      ({ partition, position }) => this.endOf(partition) > position,
      ({ resolve }) => resolve(),
    );
  }

  /** A refresh that began before a request may be older than the requested position. */
  private refuse(refresh: number): void {
    this.settle(
      ({ partition, position, freshFrom }) => refresh >= freshFrom && this.endOf(partition) < position,
      ({ partition, position, reject }) => {
        reject(new OutOfRange(this.options.topic, partition, position, this.endOf(partition)));
      },
    );
  }

  private settle(which: (waiter: Waiter) => boolean, how: (waiter: Waiter) => void): void {
    for (const waiter of this.waiters) {
      if (which(waiter) && this.waiters.delete(waiter)) how(waiter);
    }
  }

  /** A new waiter does not postpone a poll that is scheduled. */
  private schedule(): void {
    if (this.isClosed || this.timer !== undefined || this.waiters.size === 0) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.refresh();
    }, this.options.pollMs);
  }
}
