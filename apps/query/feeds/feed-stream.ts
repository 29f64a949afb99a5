import { Readable } from 'node:stream';
import { CLOUD_EVENT_TYPE_PREFIX } from '@mps-ledger/records';
import { makeFeedTest, positionAt, readFeed } from '@mps-ledger/read-model';
import type { FeedItem, FeedFilter, FeedPlace, ReadModel } from '@mps-ledger/read-model';
import type { Lane } from '../lane';
import { readInTime } from '../waiting/read-in-time';
import { eventOf } from './feed-event';
import type { FeedName } from './feed-parameters';
import type { FeedTail, TailEntry } from './feed-tail';
import { feedLimits } from './feed-limits';
import { comment, sseEvent } from './sse';

/** Bytes that wait to be sent before no more is taken. */
const BUFFER_BYTES = 256 * 1024;
const CATCH_UP_ITEMS = 500;
/** How long a client has to take the last event of a stream, ms. */
const END_MS = 10_000;
/** Rows that are older than this are said to be with each heartbeat, ms. */
const OLD_MS = 10_000;

/** Why a stream ended; all but the last are events of it. */
export type StreamEnd = 'reset' | 'lagged' | 'closing' | 'key-not-accepted' | 'disconnected';

export interface FeedStreamOptions {
  readonly db: ReadModel;
  readonly tail: FeedTail;
  /** Bounds how many streams read pages at once. */
  readonly catchUps: Lane;
  readonly stream: FeedName;
  readonly filter: FeedFilter;
  /** The position that its client has; null: none. */
  readonly after: string | null;
  /** Called for each item that is sent. */
  readonly onSent: () => void;
  /** Called once. */
  readonly onEnd: (end: StreamEnd) => void;
}

/** Where a stream begins. */
export interface StreamStart {
  /** Null: at the beginning of the log. */
  readonly from: { readonly place: FeedPlace; readonly position: string } | null;
  /** Age of the rows when it begins, ms; null: not known. */
  readonly lagMs: number | null;
}

/**
 * A feed as server-sent events: pages from the database until it has caught up with the tail, and the tail's entries from then on.
 * It reads only as fast as its client takes events. A client that falls behind what the tail keeps gets `lagged`, and the stream ends.
 */
export class FeedStream extends Readable {
  private readonly test: (item: FeedItem) => boolean;
  private readonly unfollow: () => void;
  /** Number of the tail's next entry for it; null while it catches up. */
  private next: number | null = null;
  private place: FeedPlace | null = null;
  private position: string | null = null;
  /** Of the last event that was sent, at first what its client has. */
  private sent: string | null;
  /** Age of the rows that were read last, and when that was. */
  private age: { readonly lagMs: number | null; readonly at: number } = { lagMs: null, at: 0 };
  private hasBegun = false;
  private wants = false;
  private isBusy = false;
  private isOver = false;

  constructor(private readonly options: FeedStreamOptions) {
    super({ highWaterMark: BUFFER_BYTES });
    this.test = makeFeedTest(options.stream, options.filter);
    this.sent = options.after;
    this.unfollow = options.tail.follow((end) => {
      if (end === 'reset') this.finish('reset', RESET);
      else this.onMore();
    });
    this.push('retry: 2000\n\n');
  }

  /** Whether nothing more is read for it. */
  get hasEnded(): boolean {
    return this.isOver;
  }

  /** Begins to send events; until then it is open, and its client waits. */
  begin({ from, lagMs }: StreamStart): void {
    if (this.isOver) return;
    this.place = from?.place ?? null;
    this.position = from?.position ?? null;
    this.age = { lagMs, at: performance.now() };
    this.hasBegun = true;
    // So that a client that is cut off before the first event goes on from here, too.
    this.sendPosition('position');
    this.pump();
  }

  /** Says something that clients ignore, to people who look. */
  remark(text: string): void {
    if (!this.isOver && this.readableLength === 0) this.write(comment(text));
  }

  override _read(): void {
    this.wants = true;
    this.pump();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.end('disconnected');
    done(error);
  }

  /** Sends a heartbeat: with the position where the client does not have it, and where the rows are old, so that it knows. */
  beat(): void {
    if (this.isOver || this.readableLength > 0) return;
    const lagMs = this.lagMs();
    const isNews = this.position !== this.sent || lagMs === null || lagMs > OLD_MS;
    if (this.position === null || !isNews) this.write(comment('heartbeat'));
    else this.sendPosition('position');
  }

  /** Ends the stream behind an event that says why. The client has the position that it was sent last. */
  finish(event: Exclude<StreamEnd, 'disconnected'>, data: object): void {
    if (this.isOver) return;
    this.end(event);
    // With its id: some clients forget theirs at a first event without one.
    const id = this.sent === null ? {} : { id: this.sent };
    this.push(sseEvent({ event, ...id, data: JSON.stringify({ ...data, position: this.sent }) }));
    this.push(null);
    setTimeout(() => this.destroy(), END_MS).unref();
  }

  private end(end: StreamEnd): void {
    if (!this.isOver) this.options.onEnd(end);
    this.isOver = true;
    this.unfollow();
  }

  /** Age of the rows now, ms: no less than it is. */
  private lagMs(): number | null {
    if (this.next !== null) return this.options.tail.lagMs();
    const { lagMs, at } = this.age;
    return lagMs === null ? null : Math.round(lagMs + performance.now() - at);
  }

  /** Where nothing is taken, it is seen at once that the tail has left it behind. */
  private onMore(): void {
    if (this.next !== null && this.options.tail.entry(this.next) === 'gone') this.finish('lagged', LAGGED);
    else this.pump();
  }

  private pump(): void {
    if (!this.wants || this.isOver || this.isBusy || !this.hasBegun) return;
    if (this.next !== null) this.drain(this.next);
    else
      this.catchUp().catch((error: unknown) => {
        // What ended it is still to be sent.
        if (!this.isOver) this.destroy(error as Error);
      });
  }

  /** Sends what the tail has, as long as it is taken. */
  private drain(from: number): void {
    let next = from;
    for (;;) {
      const entry = this.options.tail.entry(next);
      if (entry === 'gone') {
        this.finish('lagged', LAGGED);
        return;
      }
      this.next = next;
      if (entry === 'ahead') return;
      next += 1;
      this.next = next;
      this.position = entry.position;
      if (entry.item === null || !this.test(entry.item)) continue;
      if (!this.sendEntry(entry, entry.item)) return;
    }
  }

  /** Reads one page. Continues with the tail once the page reaches the tail's end. */
  private async catchUp(): Promise<void> {
    this.isBusy = true;
    const { db, tail, catchUps, stream, filter } = this.options;
    const end = await this.retrying(() => tail.end());
    const limits = feedLimits(filter, CATCH_UP_ITEMS);
    const page = await this.retrying(() =>
      catchUps.run(async () => (this.isOver ? null : readFeed(db, stream, filter, [this.place, end.place], limits))),
    );
    this.isBusy = false;
    if (this.isOver || page === null) return;
    this.age = { lagMs: page.freshness.lagMs, at: performance.now() };
    const reached = {
      offsets: [...(this.place?.offsets ?? end.place.offsets.map(() => 0))],
      ids: [...(this.place?.ids ?? end.place.offsets.map(() => null))],
    };
    for (const item of page.items) {
      reached.offsets[item.partition] = item.offset + 1;
      reached.ids[item.partition] = item.eventId;
      this.sendItem(item, positionAt(reached, page.freshness));
    }
    this.place = page.place;
    this.position = positionAt(page.place, page.freshness);
    // Another instance gave a position that this one has not reached: the tail will.
    const isAhead = page.place.offsets.some((offset, partition) => offset > (end.place.offsets[partition] ?? 0));
    if (page.isEnd && isAhead) return;
    if (page.isEnd) this.goLive(end.next);
    this.pump();
  }

  /** The database may be away for a while: the stream stays open, and goes on. */
  private retrying<Value>(read: () => Promise<Value>): Promise<Value> {
    return readInTime(read, Infinity, () => this.isOver);
  }

  private goLive(next: number): void {
    this.next = next;
    this.sendPosition('caught_up');
  }

  private sendPosition(event: 'caught_up' | 'position'): void {
    const { position } = this;
    if (position === null) return;
    this.sent = position;
    this.write(sseEvent({ event, id: position, data: JSON.stringify({ position, lag_ms: this.lagMs() }) }));
  }

  private sendItem(item: FeedItem, position: string): void {
    this.sent = position;
    this.options.onSent();
    this.write(this.textOf(item, position));
  }

  private sendEntry(entry: TailEntry, item: FeedItem): boolean {
    const { stream } = this.options;
    const known = entry.sent.get(stream) ?? Buffer.from(this.textOf(item, entry.position));
    entry.sent.set(stream, known);
    this.sent = entry.position;
    this.options.onSent();
    this.wants = this.push(known);
    return this.wants;
  }

  private textOf(item: FeedItem, id: string): string {
    const { type, text } = eventOf(this.options.stream, item);
    return sseEvent({ event: `${CLOUD_EVENT_TYPE_PREFIX}${type}`, id, data: text });
  }

  private write(text: string): void {
    this.wants = this.push(text);
  }
}

const RESET = {
  code: 'position-reset',
  detail:
    'The log was set back, or is another one. Start again: without Last-Event-ID and after to get everything, or with after=now and the state of tasks from /v1/tasks.',
};
const LAGGED = {
  code: 'lagged',
  detail:
    'You take events more slowly than they come. Connect again with the position as Last-Event-ID: nothing is lost.',
};
