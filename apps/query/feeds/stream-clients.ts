import type { FeedStream } from './feed-stream';

export interface StreamClientsOptions {
  /** Streams that may be open at once. */
  readonly limit: number;
  /** Milliseconds between heartbeats of a stream. Default 15,000. */
  readonly beatMs?: number;
  /** Milliseconds between checks whether the key of a stream is still accepted. Default 5,000. */
  readonly checkMs?: number;
}

/** Resolves with why a client's key is accepted no longer; null where it is. */
export type KeyCheck = () => Promise<{ readonly code: string; readonly detail: string } | null>;

interface Client {
  readonly stream: FeedStream;
  readonly check: KeyCheck;
  beatAt: number;
  checkAt: number;
}

const CLOSING = { code: 'closing', detail: 'The server stops: connect again with Last-Event-ID.' };
const TICK_MS = 1_000;

/** The open streams: heartbeats, keys, and their end. */
export class StreamClients {
  private readonly clients = new Set<Client>();
  private timer: NodeJS.Timeout | undefined;
  private isClosed = false;

  constructor(private readonly options: StreamClientsOptions) {}

  get count(): number {
    return this.clients.size;
  }

  get limit(): number {
    return this.options.limit;
  }

  /** Whether no more streams are taken. */
  isFull(): boolean {
    return this.clients.size >= this.options.limit;
  }

  /** Whether the program stops: streams that begin end at once. */
  get isClosing(): boolean {
    return this.isClosed;
  }

  add(stream: FeedStream, check: KeyCheck): void {
    if (this.isClosed) stream.finish('closing', CLOSING);
    if (this.isClosed) return;
    const { beatMs = 15_000, checkMs = 5_000 } = this.options;
    const now = performance.now();
    const client = { stream, check, beatAt: now + beatMs, checkAt: now + checkMs };
    this.clients.add(client);
    stream.once('close', () => {
      this.clients.delete(client);
      if (this.clients.size === 0) clearInterval(this.timer);
      if (this.clients.size === 0) this.timer = undefined;
    });
    this.timer ??= setInterval(
      () => {
        this.tick(beatMs, checkMs);
      },
      Math.min(TICK_MS, beatMs, checkMs),
    );
  }

  /** The program stops: each client connects again, elsewhere. */
  close(): void {
    this.isClosed = true;
    clearInterval(this.timer);
    for (const { stream } of [...this.clients]) stream.finish('closing', CLOSING);
  }

  private tick(beatMs: number, checkMs: number): void {
    const now = performance.now();
    for (const client of this.clients) {
      if (now >= client.beatAt) {
        client.beatAt = now + beatMs;
        client.stream.beat();
      }
      if (now >= client.checkAt) {
        client.checkAt = now + checkMs;
        void checkKey(client);
      }
    }
  }
}

/** Where the keys cannot be read the stream goes on: the cache says how long. */
async function checkKey({ stream, check }: Client): Promise<void> {
  const problem = await check().catch(() => null);
  if (problem !== null) stream.finish('key-not-accepted', problem);
}
