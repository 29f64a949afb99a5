import { get, type ClientRequest, type IncomingMessage } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { parsePosition } from '@mps-ledger/records';
import type { TrueRecord } from './true-record';

export interface FollowerOptions {
  readonly name: string;
  /** The base URL. */
  readonly api: string;
  readonly stream: 'facts' | 'state-changes';
  /** Query parameters of its filter. */
  readonly filter: string;
  /** Which records that is. */
  readonly wants: (record: TrueRecord) => boolean;
  /** Where it begins; null: at the beginning of the log. */
  readonly from: string | null;
}

/** An item that a follower has taken, with the position after it. */
export interface SeenItem {
  readonly id: string;
  readonly position: string;
}

/**
 * A reader of a feed that keeps nothing but its position, and goes on from it whenever it was stopped: by itself, in the middle of
 * whatever came, or by the server.
 */
export abstract class Follower {
  readonly name: string;
  readonly stream: 'facts' | 'state-changes';
  readonly wants: (record: TrueRecord) => boolean;
  readonly from: string | null;
  readonly seen: SeenItem[] = [];
  /** Answers that were not 200, and events of a stream that are no items, by their name. */
  readonly told = new Map<string, number>();
  position: string | null;
  private stumbledAt: string | null = null;
  private target: readonly number[] | null = null;
  private running: Promise<void> | undefined;
  protected isStopped = false;

  constructor(protected readonly options: FollowerOptions) {
    ({ name: this.name, stream: this.stream, wants: this.wants, from: this.from } = options);
    this.position = options.from;
  }

  start(): this {
    this.running = this.run();
    return this;
  }

  /** Follows until this position; resolves when it is there. */
  async until(position: string): Promise<void> {
    this.target = parsePosition(position)?.offsets ?? [];
    this.interrupt();
    await this.running;
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    this.interrupt();
    await this.running;
  }

  /** Stops reading, wherever it is, unless it came no further since the last time: it goes on by itself. */
  stumble(): void {
    if (this.position === this.stumbledAt) return;
    this.stumbledAt = this.position;
    this.interrupt();
  }

  /** Stops reading at once; it goes on by itself. */
  protected abstract interrupt(): void;
  /** Reads until it is stopped. Rejects or resolves: it goes on in any case. */
  protected abstract follow(): Promise<void>;

  protected take(id: string, position: string): void {
    this.seen.push({ id, position });
    this.position = position;
  }

  protected tell(what: string): void {
    this.told.set(what, (this.told.get(what) ?? 0) + 1);
  }

  /** Whether it follows no further: it was stopped, or is at the position that it was to reach. */
  protected isDone(): boolean {
    if (this.isStopped) return true;
    const at = parsePosition(this.position ?? '')?.offsets;
    return (
      this.target !== null &&
      at !== undefined &&
      this.target.every((offset, partition) => (at[partition] ?? 0) >= offset)
    );
  }

  private async run(): Promise<void> {
    while (!this.isDone()) {
      await this.follow().catch(() => undefined);
      // A client of the standard waits seconds.
      if (!this.isDone()) await pause(50);
    }
  }
}

/** Follows `/v1/changes`, page by page. */
export class PollingFollower extends Follower {
  private cut = new AbortController();

  protected interrupt(): void {
    this.cut.abort();
    this.cut = new AbortController();
  }

  protected async follow(): Promise<void> {
    const { api, stream, filter } = this.options;
    const after = this.position === null ? '' : `&after=${this.position}`;
    const limit = 7 + ((this.seen.length * 37) % 400);
    const answer = await fetch(`${api}/v1/changes?stream=${stream}&limit=${limit}${filter}${after}`, {
      headers: { prefer: 'wait=5' },
      signal: this.cut.signal,
    });
    const text = await answer.text();
    if (answer.status !== 200) {
      this.tell(`${answer.status} ${text}`);
      return;
    }
    const page = JSON.parse(text) as { items: { position: string; event: { id: string } }[]; position: string };
    for (const { position, event } of page.items) this.take(event.id, position);
    this.position = page.position;
  }
}

/** Follows `/v1/stream` on a plain socket. */
export class StreamingFollower extends Follower {
  private request: ClientRequest | undefined;
  private response: IncomingMessage | undefined;

  protected interrupt(): void {
    this.request?.destroy();
  }

  /** Takes nothing from its socket until `resume`. */
  pause(): void {
    this.response?.pause();
  }

  resume(): void {
    this.response?.resume();
  }

  protected follow(): Promise<void> {
    const { api, stream, filter } = this.options;
    const from = this.from === null ? '' : `&after=${this.from}`;
    const headers = this.position === null ? {} : { 'last-event-id': this.position };
    return new Promise((resolve, reject) => {
      this.request = get(`${api}/v1/stream?stream=${stream}${filter}${from}`, { headers, agent: false }, (response) => {
        this.response = response;
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => {
          const blocks = (text + chunk).split('\n\n');
          text = blocks.pop() ?? '';
          if (response.statusCode === 200) for (const block of blocks) this.hear(block);
        });
        response.on('error', reject).on('close', () => {
          if (response.statusCode !== 200) this.tell(`${response.statusCode} ${text}`);
          resolve();
        });
      }).on('error', reject);
    });
  }

  private hear(block: string): void {
    const field = (name: string): string | undefined => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1];
    const [event, id, data = '{}'] = [field('event'), field('id'), field('data')];
    if (event === undefined) return;
    if (event.startsWith('mps.') && id !== undefined) this.take((JSON.parse(data) as { id: string }).id, id);
    else {
      this.tell(event);
      if (id !== undefined) this.position = id;
    }
    if (this.isDone()) this.interrupt();
  }
}
