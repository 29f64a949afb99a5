import { comparePosition, type Freshness } from '@mps-ledger/read-model';
import type { Position, Receipt } from '@mps-ledger/records';
import { isAmongApplied, isApplied } from '../tasks/receipts';

/** The state of the read model, for all waiting requests: see `readProgress`. */
export interface ReadModelState {
  readonly freshness: Freshness;
  /** Keys, in hex, of the requested tasks that are finished. */
  readonly finished: ReadonlySet<string>;
  /** The requested places (`partition:offset`) whose notification is applied. */
  readonly applied: ReadonlySet<string>;
}

export interface WaitingRoomOptions {
  /** Polls Postgres once, for all waiting requests: `keys` are the tasks, `places` the raw records that they wait for. */
  readonly readProgress: (keys: readonly string[], places: readonly string[]) => Promise<ReadModelState>;
  /** Called with the error of each failed poll. Requests keep waiting: the next poll may succeed. */
  readonly onFailure: (error: unknown) => void;
  /** Requests that may wait at once. Default 500. */
  readonly limit?: number;
  /** Milliseconds between polls while requests wait and no wake-up comes, since a wake-up can be lost. Default 1,000. */
  readonly pollMs?: number;
  /** Milliseconds between polls at least, however many wake-ups come; three times the duration of the last poll, if that is more. Default 5. */
  readonly restMs?: number;
}

/**
 * What a request waits for: the receipt's record is applied; the rows are at a position (also met where another log makes that
 * impossible), or at another one than they were; or a task (its key in hex) is finished.
 */
export type WaitCondition =
  | { readonly applied: Receipt }
  | { readonly reached: Position }
  | { readonly moved: Freshness }
  | { readonly finished: string };

/** How a wait ended. `timeout` also where the program stops; `disconnected`: the client went away; `too-many-waiting`: refused at once. */
export type WaitResult = 'met' | 'timeout' | 'disconnected' | 'too-many-waiting';

interface Waiter {
  readonly condition: WaitCondition;
  readonly end: (result: WaitResult) => void;
}

/** After a poll, this many times its duration passes before the next, so that a slow database is not polled all the time. */
const REST_PER_POLL = 3;
/** A poll due within this time, ms, is worth waiting for before the first read. */
const SOON_MS = 50;

/**
 * Holds the requests that wait. A waiting request holds no connection. One poll per wake-up serves all of them, however many; with
 * no request waiting there is no poll.
 */
export class WaitingRoom {
  private readonly waiters = new Set<Waiter>();
  private readonly limit: number;
  private readonly pollMs: number;
  private readonly restMs: number;
  private closed = false;
  private polling = false;
  private woken = false;
  private lastPoll = -Infinity;
  private tookMs = 0;
  private timer: NodeJS.Timeout | undefined;
  private seen: Freshness | undefined;

  constructor(private readonly options: WaitingRoomOptions) {
    this.limit = options.limit ?? 500;
    this.pollMs = options.pollMs ?? 1000;
    this.restMs = options.restMs ?? 5;
  }

  /** Whether it has closed: no request may wait any longer. */
  get isClosed(): boolean {
    return this.closed;
  }

  /** Number of waiting requests. */
  get count(): number {
    return this.waiters.size;
  }

  /**
   * Whether the last poll found that record not applied. It may be applied by now: the next poll, due soon, reports that.
   * False where nothing is known, the last poll failed, or the database is so slow that no poll is due soon.
   */
  isKnownMissing(receipt: Receipt): boolean {
    const { seen } = this;
    if (seen === undefined || this.restAfterPoll() > SOON_MS || !isOf(receipt, seen)) return false;
    return !isApplied(receipt, seen) && !isAmongApplied(receipt, seen);
  }

  /** Waits until the condition is met, at most `ms`. A condition that is met already resolves with the first poll, at once. */
  until(condition: WaitCondition, ms: number, disconnected: AbortSignal): Promise<WaitResult> {
    if (disconnected.aborted) return Promise.resolve('disconnected');
    if (this.closed || ms <= 0) return Promise.resolve('timeout');
    if (this.waiters.size >= this.limit) return Promise.resolve('too-many-waiting');
    return new Promise((resolve) => {
      const end = (result: WaitResult): void => {
        this.waiters.delete(waiter);
        clearTimeout(deadline);
        disconnected.removeEventListener('abort', onDisconnect);
        if (this.waiters.size === 0) this.stopPolling();
        resolve(result);
      };
      const waiter = { condition, end };
      const onDisconnect = (): void => {
        end('disconnected');
      };
      const deadline = setTimeout(end, ms, 'timeout');
      disconnected.addEventListener('abort', onDisconnect, { once: true });
      this.waiters.add(waiter);
      this.wake();
    });
  }

  /** Rows were committed: polls soon, if a request waits. */
  wake(): void {
    if (this.waiters.size === 0 || this.woken) return;
    this.woken = true;
    if (!this.polling) this.pollAfter(this.restAfterPoll());
  }

  /** Ends all waits with `timeout`, and those that begin later at once. */
  close(): void {
    this.closed = true;
    for (const waiter of this.waiters) waiter.end('timeout');
  }

  /** `ms` count from the last poll: after an idle time the next one is at once. */
  private pollAfter(ms: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.poll(), Math.max(0, this.lastPoll + ms - performance.now()));
  }

  private stopPolling(): void {
    clearTimeout(this.timer);
    this.woken = false;
  }

  private async poll(): Promise<void> {
    this.polling = true;
    await this.pollOnce();
    this.polling = false;
    if (this.waiters.size === 0) this.stopPolling();
    else this.pollAfter(this.woken ? this.restAfterPoll() : this.pollMs);
  }

  private async pollOnce(): Promise<void> {
    this.woken = false;
    this.lastPoll = performance.now();
    try {
      const progress = await this.options.readProgress(keysOf(this.waiters), placesOf(this.waiters, this.seen));
      this.seen = progress.freshness;
      for (const waiter of this.waiters) if (isMet(waiter.condition, progress)) waiter.end('met');
    } catch (error) {
      this.seen = undefined;
      this.options.onFailure(error);
    }
    this.tookMs = performance.now() - this.lastPoll;
  }

  private restAfterPoll(): number {
    return Math.max(this.restMs, this.tookMs * REST_PER_POLL);
  }
}

function keysOf(waiters: ReadonlySet<Waiter>): readonly string[] {
  const keys = new Set<string>();
  for (const { condition } of waiters) if ('finished' in condition) keys.add(condition.finished);
  return [...keys];
}

/** Places of records that may be applied although an earlier one of their partition is not: the poll looks each up. */
function placesOf(waiters: ReadonlySet<Waiter>, seen: Freshness | undefined): readonly string[] {
  const places = new Set<string>();
  for (const { condition } of waiters)
    if (seen !== undefined && 'applied' in condition && isAmongApplied(condition.applied, seen))
      places.add(placeOf(condition.applied));
  return [...places];
}

function placeOf({ partition, offset }: Receipt): string {
  return `${partition}:${offset}`;
}

function isMet(condition: WaitCondition, { freshness, finished, applied }: ReadModelState): boolean {
  if ('finished' in condition) return finished.has(condition.finished);
  if ('moved' in condition) return hasMoved(condition.moved, freshness);
  if ('reached' in condition) return comparePosition(condition.reached, freshness) !== 'beyond';
  const { applied: receipt } = condition;
  return !isOf(receipt, freshness) || isApplied(receipt, freshness) || applied.has(placeOf(receipt));
}

function isOf({ logId, logGeneration, partition }: Receipt, freshness: Freshness): boolean {
  return logId === freshness.logId && logGeneration === freshness.logGeneration && partition < freshness.rawNext.length;
}

function hasMoved(before: Freshness, now: Freshness): boolean {
  return (
    before.logId !== now.logId ||
    before.logGeneration !== now.logGeneration ||
    before.eventGeneration !== now.eventGeneration ||
    before.offsets.some((offset, partition) => offset !== now.offsets[partition])
  );
}
