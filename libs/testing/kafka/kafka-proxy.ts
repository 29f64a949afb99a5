import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { onFrames } from './on-frames';

/** Kinds of requests that faults are made for, by their keys in Kafka's protocol. */
const API_KEYS = {
  ...{ Produce: 0, Fetch: 1, ListOffsets: 2, Metadata: 3, OffsetCommit: 8, OffsetFetch: 9, FindCoordinator: 10 },
  ...{ JoinGroup: 11, Heartbeat: 12, SyncGroup: 14, ApiVersions: 18 },
} as const;

export type KafkaApi = keyof typeof API_KEYS;

/**
 * What becomes of the traffic. `open`: it passes. `hang`: nothing passes and nothing is answered, as over a dead network.
 * `refuse`: connections are cut and new ones end at once.
 */
export type KafkaProxyMode = 'open' | 'hang' | 'refuse';

/** What arrives instead of a response, and whether the connection then ends: by a reset (RST), or in order (FIN). */
export interface FaultyResponse {
  readonly bytes: Buffer;
  readonly then?: 'reset' | 'end';
}

/** Decides about one response, all of its frame; undefined: it arrives as it is. */
export type ResponseFault = (response: Buffer) => FaultyResponse | undefined;

/** Stands in front of one broker, which must tell clients the proxy's port as its own. */
export interface KafkaProxy {
  readonly port: number;
  /** Where the broker listens; connections before that are refused. */
  leadTo(port: number): void;
  set(mode: KafkaProxyMode): void;
  /** Cuts all connections there are; new ones are welcome. */
  cut(): void;
  /** The broker carries out the next so many requests of a kind, and its responses to them never arrive. */
  dropResponses(api: KafkaApi, count: number): void;
  /** Responses to requests of a kind come so much later, in ms, and with them all that come after over the same connection. */
  delayResponses(api: KafkaApi, ms: number): void;
  /** What becomes of each response to requests of a kind, until something else is said; undefined: nothing. */
  harmResponses(api: KafkaApi, harm: ResponseFault | undefined): void;
  /** How many requests of a kind were passed on so far. */
  requests(api: KafkaApi): number;
  close(): Promise<void>;
}

/** Starts a proxy on 127.0.0.1 that knows Kafka's frames, to have faults in the protocol itself. */
export async function startKafkaProxy(): Promise<KafkaProxy> {
  const faults = new Faults();
  const pairs = new Set<Pair>();
  let mode: KafkaProxyMode = 'open';
  let target: number | undefined;
  const server = createServer((client) => {
    if (mode === 'refuse' || target === undefined) {
      client.destroy();
      return;
    }
    const pair = new Pair(client, connect(target, '127.0.0.1'), faults, () => pairs.delete(pair));
    pairs.add(pair);
    if (mode === 'hang') pair.hang();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const cut = (): void => {
    for (const pair of pairs) pair.cut();
  };
  return {
    port: (server.address() as AddressInfo).port,
    leadTo: (port) => void (target = port),
    set(next) {
      mode = next;
      if (next === 'refuse') cut();
      for (const pair of pairs) if (next === 'hang') pair.hang();
      for (const pair of pairs) if (next === 'open') pair.flow();
    },
    cut,
    dropResponses: (api, count) => void faults.drops.set(API_KEYS[api], count),
    delayResponses: (api, ms) => void faults.delays.set(API_KEYS[api], ms),
    harmResponses: (api, harm) => void faults.harms.set(API_KEYS[api], harm ?? (() => undefined)),
    requests: (api) => faults.seen.get(API_KEYS[api]) ?? 0,
    async close() {
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}

/** What is to happen to responses, by the key of their requests. */
class Faults {
  readonly drops = new Map<number, number>();
  readonly delays = new Map<number, number>();
  readonly harms = new Map<number, ResponseFault>();
  readonly seen = new Map<number, number>();

  harmed(api: number | undefined, frame: Buffer): FaultyResponse {
    return this.harms.get(api ?? -1)?.(frame) ?? { bytes: frame };
  }

  takesAway(api: number | undefined): boolean {
    if (api === undefined) return false;
    const left = this.drops.get(api) ?? 0;
    if (left > 0) this.drops.set(api, left - 1);
    return left > 0;
  }

  note(api: number): void {
    this.seen.set(api, (this.seen.get(api) ?? 0) + 1);
  }
}

/** A reset that is seen together with the bytes before it looks like an end to a client: it comes so much later. */
const RESET_MS = 10;

/** The two halves of one connection. */
class Pair {
  /** Keys of the requests under way, by correlation id. */
  private readonly asked = new Map<number, number>();
  private answered = Promise.resolve();
  private isOver = false;

  constructor(
    private readonly client: Socket,
    private readonly server: Socket,
    private readonly faults: Faults,
    onClosed: () => void,
  ) {
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      one.setNoDelay(true);
      one.on('error', () => undefined);
      one.on('close', () => {
        other.destroy();
        onClosed();
      });
    }
    onFrames(client, (frame) => this.pass(frame));
    onFrames(server, (frame) => this.answer(frame));
  }

  hang(): void {
    this.client.pause();
    this.server.pause();
  }

  flow(): void {
    this.client.resume();
    this.server.resume();
  }

  cut(): void {
    this.client.destroy();
    this.server.destroy();
  }

  private pass(frame: Buffer): void {
    const api = frame.readInt16BE(4);
    this.asked.set(frame.readInt32BE(8), api);
    this.faults.note(api);
    this.server.write(frame);
  }

  private answer(frame: Buffer): void {
    const correlation = frame.readInt32BE(4);
    const api = this.asked.get(correlation);
    this.asked.delete(correlation);
    if (this.faults.takesAway(api)) return;
    const ms = this.faults.delays.get(api ?? -1) ?? 0;
    this.answered = this.answered
      .then(() => (ms > 0 ? new Promise<void>((resolve) => void setTimeout(resolve, ms)) : undefined))
      .then(() => this.deliver(this.faults.harmed(api, frame)));
  }

  private deliver({ bytes, then }: FaultyResponse): void {
    if (this.isOver) return;
    this.isOver = then !== undefined;
    this.client.write(bytes, () => {
      if (then === 'reset') setTimeout(() => this.client.resetAndDestroy(), RESET_MS);
      if (then === 'end') this.client.end();
    });
  }
}
