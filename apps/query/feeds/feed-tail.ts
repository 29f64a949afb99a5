import {
  findPlace,
  positionAt,
  readFeed,
  type FeedItem,
  type FeedPage,
  type FeedPlace,
  type Freshness,
  type ReadModel,
} from '@mps-ledger/read-model';
import { parsePosition } from '@mps-ledger/records';

/** A record at the end of the feed, or a step to a place without one. */
export interface TailEntry {
  readonly item: FeedItem | null;
  /** After it. */
  readonly position: string;
  readonly place: FeedPlace;
  readonly bytes: number;
  /** As each stream sends it: made once for all clients. */
  readonly sent: Map<string, Buffer>;
}

/** Why a tail cannot go on behind what its readers have: the log was set back, or is another one. */
export type TailEnd = 'reset';

export interface FeedTailOptions {
  readonly model: ReadModel;
  /** Called before each read of the end. */
  readonly onRead?: () => void;
  /** Called with the error of each failed read, which is retried. */
  readonly onFailure: (error: unknown) => void;
  /** Milliseconds between reads while no commit is announced. Default 1,000. */
  readonly pollMs?: number;
  /** Milliseconds between reads at least; three times the duration of the last one, if that is more. Default 5. */
  readonly restMs?: number;
  /** What is kept for readers that are behind. Default 5,000 entries, 32 MiB. */
  readonly entries?: number;
  readonly bytes?: number;
}

/** Called when there are more entries, or when the tail starts again. */
export type OnTail = (end: TailEnd | null) => void;

const PAGE = { rows: 500, items: 2_000, bytes: 4 * 1024 * 1024 };
const ENTRIES = 5_000;
const BYTES = 32 * 1024 * 1024;
const REST_PER_READ = 3;

/**
 * The end of the feed, shared by all who follow it: one read per commit, however many they are, and none while there is none.
 * Entries are numbered; the last ones are kept, in bounded number and bytes, so that who is slow for a moment misses nothing.
 */
export class FeedTail {
  private readonly followers = new Set<OnTail>();
  private readonly kept: TailEntry[] = [];
  private keptBytes = 0;
  /** Number of the next entry. */
  private next = 0;
  private reached: { readonly freshness: Freshness; readonly place: FeedPlace } | null = null;
  private opening: Promise<void> | null = null;
  private timer: NodeJS.Timeout | undefined;
  private isReading = false;
  private isWoken = false;
  private lastRead = -Infinity;
  private tookMs = 0;
  private isClosed = false;
  /** Since the last read that succeeded the database was away: it may have been restored. */
  private isUnsure = false;
  /** When the freshness was read. */
  private freshAt = 0;

  constructor(private readonly options: FeedTailOptions) {}

  /** Number of those who follow. */
  get size(): number {
    return this.followers.size;
  }

  /** Follows until the answer is called. */
  follow(onTail: OnTail): () => void {
    this.followers.add(onTail);
    return () => {
      this.followers.delete(onTail);
      if (this.followers.size === 0) this.rest();
    };
  }

  /** The place of the tail's end, and the number of the next entry. Reads the place from the database if the tail has no followers. */
  async end(): Promise<{ readonly next: number; readonly place: FeedPlace; readonly freshness: Freshness }> {
    if (this.reached === null) {
      this.opening ??= this.open().finally(() => {
        this.opening = null;
      });
      await this.opening;
    }
    if (this.reached === null) throw new Error('the tail of the feed was closed');
    return { ...this.reached, next: this.next };
  }

  /** The entry of a number: `ahead` where it is still to come, `gone` where it is kept no longer. */
  entry(number: number): TailEntry | 'ahead' | 'gone' {
    if (number >= this.next) return 'ahead';
    return this.kept[number - (this.next - this.kept.length)] ?? 'gone';
  }

  /** Age of the rows now, ms, no less than it is; null: not known. */
  lagMs(): number | null {
    const lagMs = this.reached?.freshness.lagMs ?? null;
    return lagMs === null ? null : Math.round(lagMs + performance.now() - this.freshAt);
  }

  /** Rows were committed. */
  wake(): void {
    if (this.followers.size === 0 || this.reached === null || this.isWoken) return;
    this.isWoken = true;
    if (!this.isReading) this.readAfter(this.restAfterRead());
  }

  close(): void {
    this.isClosed = true;
    this.rest();
  }

  private async open(): Promise<void> {
    const asked = performance.now();
    const { freshness, place } = await findPlace(this.options.model, null);
    if (this.isClosed) return;
    this.freshAt = asked;
    this.isUnsure = false;
    this.reached = { freshness, place };
    this.readAfter(0);
  }

  /** Without followers: drops the entries; the place of the end is read again later. */
  private rest(): void {
    clearTimeout(this.timer);
    this.reached = null;
    this.isWoken = false;
    this.kept.length = 0;
    this.keptBytes = 0;
  }

  private readAfter(ms: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.read(), Math.max(0, this.lastRead + ms - performance.now()));
  }

  private async read(): Promise<void> {
    const { reached } = this;
    if (reached === null) return;
    if (this.followers.size === 0) {
      this.rest();
      return;
    }
    this.isReading = true;
    this.isWoken = false;
    this.lastRead = performance.now();
    try {
      await this.readFrom(reached);
    } catch (error) {
      this.isUnsure = true;
      this.options.onFailure(error);
    }
    this.tookMs = performance.now() - this.lastRead;
    this.isReading = false;
    if (this.isOpen()) this.readAfter(this.untilNextRead());
  }

  private async readFrom(reached: NonNullable<FeedTail['reached']>): Promise<void> {
    const { model, onRead = () => undefined } = this.options;
    onRead();
    const isReset = this.isUnsure && (await isAnother(model, reached));
    const asked = performance.now();
    const page = await readFeed(model, 'both', { visible: 'all' }, [reached.place, null], PAGE);
    if (this.reached !== reached) return;
    if (isReset || isSetBack(reached.freshness, page)) {
      this.rest();
      for (const onTail of [...this.followers]) onTail('reset');
      return;
    }
    this.isUnsure = false;
    this.freshAt = asked;
    this.add(reached.place, page);
    if (!page.isEnd) this.isWoken = true;
  }

  private add(from: FeedPlace, { items, place, freshness }: FeedPage): void {
    const offsets = [...from.offsets];
    const ids = [...from.ids];
    for (const item of items) {
      offsets[item.partition] = item.offset + 1;
      ids[item.partition] = item.eventId;
      this.push(item, { offsets: [...offsets], ids: [...ids] }, freshness);
    }
    const hasMoved = place.offsets.some((offset, partition) => offset !== offsets[partition]);
    if (hasMoved) this.push(null, place, freshness);
    this.reached = { freshness, place };
    if (items.length > 0 || hasMoved) for (const onTail of [...this.followers]) onTail(null);
  }

  private push(item: FeedItem | null, place: FeedPlace, freshness: Freshness): void {
    const bytes = item === null ? 0 : item.fact.text.length + (item.change?.text.length ?? 0);
    this.kept.push({ item, place, position: positionAt(place, freshness), bytes, sent: new Map() });
    this.keptBytes += bytes;
    this.next += 1;
    const { entries = ENTRIES, bytes: most = BYTES } = this.options;
    while (this.kept.length > entries || (this.keptBytes > most && this.kept.length > 1))
      this.keptBytes -= this.kept.shift()?.bytes ?? 0;
  }

  private untilNextRead(): number {
    return this.isWoken ? this.restAfterRead() : (this.options.pollMs ?? 1000);
  }

  private isOpen(): boolean {
    return this.reached !== null;
  }

  private restAfterRead(): number {
    return Math.max(this.options.restMs ?? 5, this.tookMs * REST_PER_READ);
  }
}

/** Whether the log does not have the events before a place that was reached: it was set back, and may have grown since. */
async function isAnother(model: ReadModel, { place, freshness }: NonNullable<FeedTail['reached']>): Promise<boolean> {
  const { verdict } = await findPlace(model, parsePosition(positionAt(place, freshness)));
  return verdict !== 'current';
}

/** Whether the rows are of another log than they were, or ended before. */
function isSetBack(before: Freshness, { freshness }: FeedPage): boolean {
  return (
    before.logId !== freshness.logId ||
    before.logGeneration !== freshness.logGeneration ||
    before.eventGeneration !== freshness.eventGeneration ||
    before.offsets.some((offset, partition) => offset > (freshness.offsets[partition] ?? 0)) ||
    (before.check !== freshness.check &&
      before.offsets.every((offset, partition) => offset === freshness.offsets[partition]))
  );
}
