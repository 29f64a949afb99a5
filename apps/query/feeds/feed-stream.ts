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

export interface FeedStreamOptions {
  readonly db: ReadModel;
  readonly tail: FeedTail;
  /** Bounds how many streams read pages at once. */
  readonly catchUps: Lane;
  readonly stream: FeedName;
  readonly filter: FeedFilter;
  /** Null: from the beginning. */
  readonly from: FeedPlace | null;
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
  private place: FeedPlace | null;
  private position: string | null = null;
  /** Of the last event that was sent. */
  private sent: string | null = null;
  private wants = false;
  private isBusy = false;
  private isOver = false;

  constructor(private readonly options: FeedStreamOptions) {
    super({ highWaterMark: BUFFER_BYTES });
    this.test = makeFeedTest(options.stream, options.filter);
    this.place = options.from;
    this.unfollow = options.tail.follow((end) => {
      if (end === 'reset') this.finish('reset', RESET);
      else this.onMore();
    });
    this.push('retry: 2000\n\n');
  }

  override _read(): void {
    this.wants = true;
    this.pump();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.isOver = true;
    this.unfollow();
    done(error);
  }

  /** Sends a heartbeat; where the client was sent nothing of late, with the position that it has. */
  beat(): void {
    if (this.isOver || this.readableLength > 0) return;
    const { position } = this;
    if (position === null || position === this.sent) this.write(comment('heartbeat'));
    else this.send({ event: 'position', id: position, data: JSON.stringify({ position }) });
  }

  /** Ends the stream behind an event that says why. The client has the position that it was sent last. */
  finish(event: 'reset' | 'lagged' | 'closing' | 'key-not-accepted', data: object): void {
    if (this.isOver) return;
    this.isOver = true;
    this.unfollow();
    this.push(sseEvent({ event, data: JSON.stringify({ ...data, position: this.sent }) }));
    this.push(null);
    setTimeout(() => this.destroy(), END_MS).unref();
  }

  /** Where nothing is taken, it is seen at once that the tail has left it behind. */
  private onMore(): void {
    if (this.next !== null && this.options.tail.entry(this.next) === 'gone') this.finish('lagged', LAGGED);
    else this.pump();
  }

  private pump(): void {
    if (!this.wants || this.isOver || this.isBusy) return;
    if (this.next !== null) this.drain(this.next);
    else this.catchUp().catch((error: unknown) => this.destroy(error as Error));
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
      catchUps.run(() => readFeed(db, stream, filter, [this.place, end.place], limits)),
    );
    this.isBusy = false;
    if (this.isOver) return;
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
    const { position } = this;
    if (position !== null) this.send({ event: 'caught_up', id: position, data: JSON.stringify({ position }) });
  }

  private sendItem(item: FeedItem, position: string): boolean {
    this.sent = position;
    return this.write(this.textOf(item, position));
  }

  private sendEntry(entry: TailEntry, item: FeedItem): boolean {
    const { stream } = this.options;
    const known = entry.sent.get(stream) ?? Buffer.from(this.textOf(item, entry.position));
    entry.sent.set(stream, known);
    this.sent = entry.position;
    this.wants = this.push(known);
    return this.wants;
  }

  private textOf(item: FeedItem, id: string): string {
    const { type, text } = eventOf(this.options.stream, item);
    return sseEvent({ event: `${CLOUD_EVENT_TYPE_PREFIX}${type}`, id, data: text });
  }

  private send(event: { readonly event: string; readonly id: string; readonly data: string }): boolean {
    this.sent = event.id;
    return this.write(sseEvent(event));
  }

  private write(text: string): boolean {
    this.wants = this.push(text);
    return this.wants;
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
