import type { KafkaMessage } from 'kafkajs';

import { DOUBT, type FetchedRecords } from '../../follow/partition-loop';
import { toRecord } from '../messages';
import { cutSlice, type SliceLimits } from '../slices';

/** What kafkajs fetched of one partition. */
export interface Offer {
  /** The position it was fetched from. */
  readonly from: number;
  /** The position after all of it. */
  readonly to: number;
  readonly messages: readonly KafkaMessage[];
  /** How many more offsets the partition had after it when it was fetched. */
  readonly behind: number;
  /** Says that it was taken: what is fetched next begins at `to`. */
  take(): void;
}

export interface FeedOptions {
  readonly topic: string;
  readonly partition: number;
  readonly limits: SliceLimits;
  /** How long an offer may keep the fetching of other partitions waiting, in ms. */
  readonly patienceMs: number;
  /** What kafkajs is to do about this partition. */
  readonly seek: (position: number) => void;
  readonly pause: () => void;
  readonly resume: () => void;
  /** Something else than the position asked for was fetched: the log may not have it. */
  readonly onStrayOffer: (wanted: number) => void;
}

interface Asked {
  readonly position: number;
  /** By the clock of `performance.now()`. */
  readonly since: number;
  readonly resolve: (fetched: FetchedRecords | typeof DOUBT | null) => void;
  readonly reject: (error: unknown) => void;
}

interface Rest {
  readonly offer: Offer;
  readonly at: number;
  /** Where its next slice begins. */
  readonly position: number;
}

/**
 * Between kafkajs, which fetches what it will, and the loop of one partition, which asks for positions. Nothing is handed
 * over but what was fetched from the very position that is asked for: kafkajs jumps when an offset is out of range, and its
 * seeks race its fetches. The partition is paused unless the loop asks; it begins so. Where much more waits, the next is
 * fetched while the loop works on the last slice of what was fetched before, and kept until it asks: one offer at most.
 */
export class Feed {
  private asked: Asked | undefined;
  private rest: Rest | undefined;
  /** Where kafkajs will fetch next, as far as is known. */
  private fetchesAt: number | undefined;
  private isPaused = true;
  private isClosed = false;
  private isInDoubt = false;
  private release: () => void = () => undefined;

  constructor(private readonly options: FeedOptions) {}

  /** The position waited for, and since when. */
  get waiting(): { readonly position: number; readonly since: number } | undefined {
    return this.asked;
  }

  /** Waits for records at a position; null when the signal is aborted; `DOUBT` once after `doubt`. */
  next(position: number, signal: AbortSignal): Promise<FetchedRecords | typeof DOUBT | null> {
    if (this.isInDoubt) {
      this.isInDoubt = false;
      this.rest = undefined;
      return Promise.resolve(DOUBT);
    }
    const slice = this.takeRest(position);
    if (slice !== undefined) return Promise.resolve(slice);
    if (this.isClosed || signal.aborted) return Promise.resolve(null);
    return new Promise((resolve, reject) => {
      const leave = (): void => this.settle((asked) => asked.resolve(null));
      signal.addEventListener('abort', leave, { once: true });
      const settled =
        <Value>(how: (value: Value) => void) =>
        (value: Value): void => {
          signal.removeEventListener('abort', leave);
          how(value);
        };
      this.asked = { position, since: performance.now(), resolve: settled(resolve), reject: settled(reject) };
      this.askFor(position);
    });
  }

  /** Takes what was fetched, or does not. Resolves when more may be fetched, of this partition or of others. */
  async offer(offer: Offer): Promise<void> {
    const { asked } = this;
    if (asked === undefined && !this.isAheadOf(offer)) {
      this.pause();
      return;
    }
    if (asked !== undefined && offer.from !== asked.position) {
      this.options.seek(asked.position);
      this.options.onStrayOffer(asked.position);
      return;
    }
    offer.take();
    this.fetchesAt = offer.to;
    this.rest = { offer, at: 0, position: offer.from };
    const isReleased = this.untilReleased();
    this.settle((one) => one.resolve(this.takeRest(one.position) ?? null));
    if (!(await isReleased)) this.pause();
  }

  /** What is offered from now on may be of another log: whoever waits, or asks next, is told so before anything is handed over. */
  doubt(): void {
    this.fetchesAt = undefined;
    if (this.asked === undefined) this.isInDoubt = true;
    else this.settle(({ resolve }) => resolve(DOUBT));
  }

  /** Ends the waiting, if it is for this position, with an error. */
  fail(position: number, error: unknown): void {
    if (this.asked?.position === position) this.settle(({ reject }) => reject(error));
  }

  /** What is at this position arrives damaged, again and again: it is not fetched any more until somebody asks for it. */
  damaged(position: number, error: unknown): void {
    const wanted = this.asked?.position ?? this.fetchesAt;
    if (wanted !== position) return;
    this.pause();
    this.fail(position, error);
  }

  /** The partition is another's, or fetched by another consumer: nothing more is asked of this one. */
  close(): void {
    this.isClosed = true;
    this.settle(({ resolve }) => resolve(null));
    this.release();
  }

  /** Whether an offer that nobody asked for yet is the one that will be. */
  private isAheadOf(offer: Offer): boolean {
    return !this.isClosed && this.rest === undefined && offer.from === this.fetchesAt;
  }

  private askFor(position: number): void {
    if (this.fetchesAt !== position) this.options.seek(position);
    this.fetchesAt = position;
    if (this.isPaused) this.options.resume();
    this.isPaused = false;
    this.release();
  }

  private pause(): void {
    if (this.isClosed) return;
    this.isPaused = true;
    this.fetchesAt = undefined;
    this.options.pause();
  }

  private settle(how: (asked: Asked) => void): void {
    const { asked } = this;
    this.asked = undefined;
    if (asked !== undefined) how(asked);
  }

  /** Whether the loop asked for more, or was taken off, before patience was over. */
  private untilReleased(): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), this.options.patienceMs);
      this.release = () => {
        clearTimeout(timer);
        resolve(true);
      };
    });
  }

  private takeRest(position: number): FetchedRecords | undefined {
    const { rest } = this;
    this.rest = undefined;
    if (rest?.position !== position) return undefined;
    const { topic, partition, limits } = this.options;
    const { offer, at } = rest;
    const slice = cutSlice(offer.messages, at, limits);
    const end = at + slice.length;
    const following = offer.messages[end];
    const to = following === undefined ? offer.to : Number(following.offset);
    if (following !== undefined) this.rest = { offer, at: end, position: to };
    else if (offer.behind >= limits.maxRecords) this.release();
    return { records: slice.map((message) => toRecord(topic, partition, message)), to };
  }
}
