import { OutOfRange } from '../port/errors';
import type { Hint } from './hint';

interface Waiter {
  readonly partition: number;
  readonly position: number;
  /** Number of the first look that began after the position was asked for. */
  readonly freshFrom: number;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

export interface EndsOptions {
  readonly topic: string;
  /** Reads the position after the last record, by partition, from the log itself. */
  readonly read: () => Promise<readonly number[]>;
  /** How often to look without being told, in ms. */
  readonly pollMs: number;
  /** A look failed; the next one comes with the next poll. */
  readonly onFailure: (error: unknown) => void;
}

/**
 * Where partitions end, and who waits for more. Hints wake at once; a look at the log, now and then and after a failure,
 * is the truth: it also finds positions that the log does not have, be it that another log has taken its place.
 */
export class Ends {
  private readonly waiters = new Set<Waiter>();
  private readonly known = new Map<number, number>();
  /** What hints said while a look was under way, which may be older. */
  private readonly hinted = new Map<number, number>();
  private refreshes = 0;
  private refreshing: Promise<void> | undefined;
  private isRefreshWanted = false;
  private timer: NodeJS.Timeout | undefined;
  private isClosed = false;
  private hasFailed = false;
  /** How often the log could be looked at again after it could not. */
  outages = 0;

  constructor(private readonly options: EndsOptions) {}

  /**
   * Resolves when there is a record at or after the position, the signal is aborted, or there was an outage. Rejects with
   * `OutOfRange` for a position beyond the end. To be asked with positions that were reached, or that were checked.
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

  /** Takes a hint: of new ends, or that some may have been missed. */
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

  /** Takes an end that was read just now, though it may be lower than what hints said. */
  correct(partition: number, end: number): void {
    this.known.set(partition, end);
  }

  close(): void {
    this.isClosed = true;
    clearTimeout(this.timer);
  }

  /** Looks at the log, once more if a look is under way. */
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

  /** Whoever waits is told of an outage that is over. */
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

  /** A look that began before somebody asked may be older than the position asked for. */
  private refuse(look: number): void {
    this.settle(
      ({ partition, position, freshFrom }) => look >= freshFrom && this.endOf(partition) < position,
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

  /** A poll that is due stays due: others who come to wait must not put it off. */
  private schedule(): void {
    if (this.isClosed || this.timer !== undefined || this.waiters.size === 0) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.refresh();
    }, this.options.pollMs);
  }
}
