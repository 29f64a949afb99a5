import { comparePosition, type Freshness } from '@mps-ledger/read-model';
import type { Position, Receipt } from '@mps-ledger/records';
import { isAmongApplied, isApplied } from '../tasks/receipts';

/** What the read model has come to, for all who wait: see `readProgress`. */
export interface Progress {
  readonly freshness: Freshness;
  /** Keys, in hex, of those tasks asked about that are finished. */
  readonly finished: ReadonlySet<string>;
  /** Those of the places asked about (`partition:offset`) whose notification is applied. */
  readonly applied: ReadonlySet<string>;
}

export interface WaitingRoomOptions {
  /** Asks Postgres once, on behalf of all: `keys` are the tasks, `places` the raw records that somebody waits for. */
  readonly readProgress: (keys: readonly string[], places: readonly string[]) => Promise<Progress>;
  /** Told of each failed ask. Those who wait go on waiting: the next ask may succeed. */
  readonly onFailure: (error: unknown) => void;
  /** Who may wait at once. Default 500. */
  readonly limit?: number;
  /** Milliseconds between asks while somebody waits, if nothing wakes them: the truth, should a wake-up be lost. Default 1,000. */
  readonly pollMs?: number;
  /** Milliseconds between asks at least, however often they are woken; three times as long as the last one took, if that is more. Default 5. */
  readonly restMs?: number;
}

/**
 * What somebody waits for: a receipt's record applied, or the rows at a position (or the log another, where that will never be), or a
 * task (its key in hex) finished.
 */
export type Wish = { readonly applied: Receipt } | { readonly reached: Position } | { readonly finished: string };

/** `met`: it is so. `over`: the time is over, or the program stops. `gone`: who waited went away. `full`: too many wait. */
export type Waited = 'met' | 'over' | 'gone' | 'full';

interface Waiter {
  readonly wish: Wish;
  readonly leave: (how: Waited) => void;
}

const BREATHS = 3;
const SOON_MS = 50;

/**
 * Where requests wait. Who waits holds no connection, and one ask per wake-up serves all, however many they are; while
 * nobody waits nothing is asked.
 */
export class WaitingRoom {
  private readonly waiters = new Set<Waiter>();
  private readonly limit: number;
  private readonly pollMs: number;
  private readonly restMs: number;
  private closed = false;
  private asking = false;
  private woken = false;
  private lastAsk = -Infinity;
  private tookMs = 0;
  private timer: NodeJS.Timeout | undefined;
  private seen: Freshness | undefined;

  constructor(private readonly options: WaitingRoomOptions) {
    this.limit = options.limit ?? 500;
    this.pollMs = options.pollMs ?? 1000;
    this.restMs = options.restMs ?? 5;
  }

  /** Whether it has closed: nobody is to wait any longer. */
  get isClosed(): boolean {
    return this.closed;
  }

  /** How many wait. */
  get count(): number {
    return this.waiters.size;
  }

  /**
   * Whether the last ask found this log without that record applied. It may be by now, and the next ask, which is due soon,
   * tells so. False where nothing is known, the last ask failed, or the database is so slow that it is not asked soon.
   */
  lacks(receipt: Receipt): boolean {
    const { seen } = this;
    if (seen === undefined || this.rested() > SOON_MS || !isOf(receipt, seen)) return false;
    return !isApplied(receipt, seen) && !isAmongApplied(receipt, seen);
  }

  /** Waits until the wish is met, at most `ms`. A wish that is met already is answered by the first ask, at once. */
  until(wish: Wish, ms: number, gone: AbortSignal): Promise<Waited> {
    if (gone.aborted) return Promise.resolve('gone');
    if (this.closed || ms <= 0) return Promise.resolve('over');
    if (this.waiters.size >= this.limit) return Promise.resolve('full');
    return new Promise((resolve) => {
      const leave = (how: Waited): void => {
        this.waiters.delete(waiter);
        clearTimeout(deadline);
        gone.removeEventListener('abort', goneAway);
        if (this.waiters.size === 0) this.rest();
        resolve(how);
      };
      const waiter = { wish, leave };
      const goneAway = (): void => {
        leave('gone');
      };
      const deadline = setTimeout(leave, ms, 'over');
      gone.addEventListener('abort', goneAway, { once: true });
      this.waiters.add(waiter);
      this.wake();
    });
  }

  /** Something was committed: asks soon, if somebody waits. */
  wake(): void {
    if (this.waiters.size === 0 || this.woken) return;
    this.woken = true;
    if (!this.asking) this.askAfter(this.rested());
  }

  /** Lets all go with `over`, and who comes later at once. */
  close(): void {
    this.closed = true;
    for (const waiter of this.waiters) waiter.leave('over');
  }

  /** `ms` count from the last ask: after a quiet time the next one is at once. */
  private askAfter(ms: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.ask(), Math.max(0, this.lastAsk + ms - performance.now()));
  }

  private rest(): void {
    clearTimeout(this.timer);
    this.woken = false;
  }

  private async ask(): Promise<void> {
    this.asking = true;
    await this.askOnce();
    this.asking = false;
    if (this.waiters.size === 0) this.rest();
    else this.askAfter(this.woken ? this.rested() : this.pollMs);
  }

  private async askOnce(): Promise<void> {
    this.woken = false;
    this.lastAsk = performance.now();
    try {
      const progress = await this.options.readProgress(keysOf(this.waiters), placesOf(this.waiters, this.seen));
      this.seen = progress.freshness;
      for (const waiter of this.waiters) if (isMet(waiter.wish, progress)) waiter.leave('met');
    } catch (error) {
      this.seen = undefined;
      this.options.onFailure(error);
    }
    this.tookMs = performance.now() - this.lastAsk;
  }

  /** A slow database is not asked all the time. */
  private rested(): number {
    return Math.max(this.restMs, this.tookMs * BREATHS);
  }
}

function keysOf(waiters: ReadonlySet<Waiter>): readonly string[] {
  const keys = new Set<string>();
  for (const { wish } of waiters) if ('finished' in wish) keys.add(wish.finished);
  return [...keys];
}

/** Places of records of which the last ask left open whether they are applied. */
function placesOf(waiters: ReadonlySet<Waiter>, seen: Freshness | undefined): readonly string[] {
  const places = new Set<string>();
  for (const { wish } of waiters)
    if (seen !== undefined && 'applied' in wish && isAmongApplied(wish.applied, seen))
      places.add(placeOf(wish.applied));
  return [...places];
}

function placeOf({ partition, offset }: Receipt): string {
  return `${partition}:${offset}`;
}

function isMet(wish: Wish, { freshness, finished, applied }: Progress): boolean {
  if ('finished' in wish) return finished.has(wish.finished);
  if ('reached' in wish) return comparePosition(wish.reached, freshness) !== 'beyond';
  const { applied: receipt } = wish;
  return !isOf(receipt, freshness) || isApplied(receipt, freshness) || applied.has(placeOf(receipt));
}

function isOf({ logId, logGeneration, partition }: Receipt, freshness: Freshness): boolean {
  return logId === freshness.logId && logGeneration === freshness.logGeneration && partition < freshness.rawNext.length;
}
