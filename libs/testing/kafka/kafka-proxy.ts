import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { onFrames } from './on-frames';

/** Kinds of requests for which faults can be injected, with their API keys in Kafka's protocol. */
const API_KEYS = {
  ...{ Produce: 0, Fetch: 1, ListOffsets: 2, Metadata: 3, OffsetCommit: 8, OffsetFetch: 9, FindCoordinator: 10 },
  ...{ JoinGroup: 11, Heartbeat: 12, SyncGroup: 14, ApiVersions: 18 },
} as const;

export type KafkaApi = keyof typeof API_KEYS;

/**
 * How traffic is treated. `open`: it is forwarded. `hang`: nothing is forwarded or answered, as over a dead network. `refuse`:
 * connections are closed, and new ones too.
 */
export type KafkaProxyMode = 'open' | 'hang' | 'refuse';

/** The bytes sent instead of a response, and whether the connection is then reset (RST) or closed (FIN). */
export interface FaultyResponse {
  readonly bytes: Buffer;
  readonly then?: 'reset' | 'end';
}

/** Replaces one response, given as its whole frame; undefined: it is forwarded unchanged. */
export type ResponseFault = (response: Buffer) => FaultyResponse | undefined;

/** A proxy before one broker, which must advertise the proxy's port. */
export interface KafkaProxy {
  readonly port: number;
  /** Sets the broker's port; before that, connections are refused. */
  leadTo(port: number): void;
  set(mode: KafkaProxyMode): void;
  /** Closes all current connections; new ones are accepted. */
  cut(): void;
  /** Drops the responses to the next requests of a kind; the broker executes them. */
  dropResponses(api: KafkaApi, count: number): void;
  /** Delays responses to requests of a kind, in ms, and all later responses on the same connection. */
  delayResponses(api: KafkaApi, ms: number): void;
  /** Sets the fault for responses to requests of a kind; undefined: none. */
  harmResponses(api: KafkaApi, harm: ResponseFault | undefined): void;
  /** The number of forwarded requests of a kind. */
  requests(api: KafkaApi): number;
  close(): Promise<void>;
}

/** Starts a proxy on 127.0.0.1 that parses Kafka's frames, to inject faults into the protocol. */
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

/** The faults of responses, by the API key of their requests. */
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

/** Delay of a reset after the bytes before it; otherwise a client may see an ordinary end of the connection. */
const RESET_MS = 10;

/** One connection: the sockets to the client and to the broker. */
class Pair {
  /** API keys of the requests in flight, by correlation id. */
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
