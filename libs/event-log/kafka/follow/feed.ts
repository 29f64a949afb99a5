import type { KafkaMessage } from 'kafkajs';

import { BEGIN_AGAIN, type FetchedRecords } from '../../follow/partition-loop';
import { toRecord } from '../messages';
import { cutSlice, type SliceLimits } from '../slices';

/** Records of one partition that kafkajs fetched. */
export interface Offer {
  /** The position it was fetched from. */
  readonly from: number;
  /** The position after the last record. */
  readonly to: number;
  readonly messages: readonly KafkaMessage[];
  /** How many offsets the partition had after it when it was fetched. */
  readonly behind: number;
  /** Accepts it: the next fetch begins at `to`. */
  take(): void;
}

export interface FeedOptions {
  readonly topic: string;
  readonly partition: number;
  readonly limits: SliceLimits;
  /** How long an offer may hold back the fetching of other partitions, in ms. */
  readonly maxHoldMs: number;
  /** Commands to kafkajs for this partition. */
  readonly seek: (position: number) => void;
  readonly pause: () => void;
  readonly resume: () => void;
  /** Another position than the requested one was fetched: the log may not have it. */
  readonly onUnexpectedOffer: (wanted: number) => void;
}

interface PendingFetch {
  readonly position: number;
  /** By the clock of `performance.now()`. */
  readonly since: number;
  readonly resolve: (fetched: FetchedRecords | typeof BEGIN_AGAIN | null) => void;
  readonly reject: (error: unknown) => void;
}

interface Remainder {
  readonly offer: Offer;
  readonly at: number;
  /** The position of its next slice. */
  readonly position: number;
}

/**
 * Connects kafkajs, which pushes what it fetches, with the loop of one partition, which requests positions. Only records that
 * were fetched from the requested position are handed over: kafkajs jumps when an offset is out of range, and its seeks race
 * its fetches. The partition is paused unless the loop waits; it begins paused. Where many more records follow, the next fetch
 * runs while the loop works on the last slice, and one offer is kept until the loop requests it.
 */
export class Feed {
  private pending: PendingFetch | undefined;
  private remainder: Remainder | undefined;
  /** Where kafkajs will fetch next; undefined where that is unknown. */
  private fetchesAt: number | undefined;
  private isPaused = true;
  private isClosed = false;
  private mustBeginAgain = false;
  private release: () => void = () => undefined;

  constructor(private readonly options: FeedOptions) {}

  /** The requested position, and since when. */
  get waiting(): { readonly position: number; readonly since: number } | undefined {
    return this.pending;
  }

  /** Waits for records at a position; null when the signal is aborted; `BEGIN_AGAIN` once after `beginAgain`. */
  next(position: number, signal: AbortSignal): Promise<FetchedRecords | typeof BEGIN_AGAIN | null> {
    if (this.mustBeginAgain) {
      this.mustBeginAgain = false;
      this.remainder = undefined;
      return Promise.resolve(BEGIN_AGAIN);
    }
    const slice = this.takeRemainder(position);
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
      this.pending = { position, since: performance.now(), resolve: settled(resolve), reject: settled(reject) };
      this.fetchFrom(position);
    });
  }

  /** Accepts what was fetched, or not. Resolves when more may be fetched, of this partition or of others. */
  async offer(offer: Offer): Promise<void> {
    const { pending } = this;
    if (pending === undefined && !this.isPrefetch(offer)) {
      this.pause();
      return;
    }
    if (pending !== undefined && offer.from !== pending.position) {
      this.options.seek(pending.position);
      this.options.onUnexpectedOffer(pending.position);
      return;
    }
    offer.take();
    this.fetchesAt = offer.to;
    this.remainder = { offer, at: 0, position: offer.from };
    const isReleased = this.untilReleased();
    this.settle((one) => one.resolve(this.takeRemainder(one.position) ?? null));
    if (!(await isReleased)) this.pause();
  }

  /** Later offers may be of another log: the current or next request gets `BEGIN_AGAIN` before any record. */
  beginAgain(): void {
    this.fetchesAt = undefined;
    if (this.pending === undefined) this.mustBeginAgain = true;
    else this.settle(({ resolve }) => resolve(BEGIN_AGAIN));
  }

  /** Rejects the request, if it is for this position. */
  fail(position: number, error: unknown): void {
    if (this.pending?.position === position) this.settle(({ reject }) => reject(error));
  }

  /** The records at this position arrive damaged repeatedly: they are not fetched again until they are requested. */
  damaged(position: number, error: unknown): void {
    const wanted = this.pending?.position ?? this.fetchesAt;
    if (wanted !== position) return;
    this.pause();
    this.fail(position, error);
  }

  /** Another member owns the partition, or another consumer fetches it: this feed requests nothing more. */
  close(): void {
    this.isClosed = true;
    this.settle(({ resolve }) => resolve(null));
    this.release();
  }

  /** Whether an offer is the one that will be requested next. */
  private isPrefetch(offer: Offer): boolean {
    return !this.isClosed && this.remainder === undefined && offer.from === this.fetchesAt;
  }

  private fetchFrom(position: number): void {
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

  private settle(how: (asked: PendingFetch) => void): void {
    const { pending } = this;
    this.pending = undefined;
    if (pending !== undefined) how(pending);
  }

  /** Whether the loop requested more, or the feed was closed, within the time limit. */
  private untilReleased(): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), this.options.maxHoldMs);
      this.release = () => {
        clearTimeout(timer);
        resolve(true);
      };
    });
  }

  private takeRemainder(position: number): FetchedRecords | undefined {
    const { remainder } = this;
    this.remainder = undefined;
    if (remainder?.position !== position) return undefined;
    const { topic, partition, limits } = this.options;
    const { offer, at } = remainder;
    const slice = cutSlice(offer.messages, at, limits);
    const end = at + slice.length;
    const following = offer.messages[end];
    const to = following === undefined ? offer.to : Number(following.offset);
    if (following !== undefined) this.remainder = { offer, at: end, position: to };
    else if (offer.behind >= limits.maxRecords) this.release();
    return { records: slice.map((message) => toRecord(topic, partition, message)), to };
  }
}
