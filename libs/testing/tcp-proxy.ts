import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/**
 * How traffic is treated. `open`: it is forwarded. `hang`: nothing is forwarded or answered, as over a dead network. `refuse`:
 * connections are closed, and new ones too.
 */
export type ProxyMode = 'open' | 'hang' | 'refuse';

export interface TcpProxy {
  readonly port: number;
  /** The URL that leads through the proxy. */
  through(url: string): string;
  set(mode: ProxyMode): void;
  /** Closes all current connections; new ones are accepted. */
  cut(): void;
  close(): Promise<void>;
}

/** Starts a proxy on 127.0.0.1 before a server, to inject faults into the connection. */
export async function startTcpProxy(target: string): Promise<TcpProxy> {
  const { hostname, port } = new URL(target);
  const pairs = new Set<Pair>();
  let mode: ProxyMode = 'open';
  const server = createServer((client) => {
    if (mode === 'refuse') {
      client.destroy();
      return;
    }
    const pair = new Pair(client, connect(Number(port), hostname), () => pairs.delete(pair));
    pairs.add(pair);
    if (mode === 'hang') pair.hang();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const own = (server.address() as AddressInfo).port;
  const cut = (): void => {
    for (const pair of pairs) pair.cut();
  };
  return {
    port: own,
    through: (url) => withHost(url, `127.0.0.1:${own}`),
    set(next) {
      mode = next;
      if (next === 'refuse') cut();
      for (const pair of pairs) {
        if (next === 'hang') pair.hang();
        else pair.flow();
      }
    },
    cut,
    async close() {
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}

function withHost(url: string, host: string): string {
  const address = new URL(url);
  address.host = host;
  return address.href;
}

/** One connection: the sockets to the client and to the server. */
class Pair {
  constructor(
    private readonly client: Socket,
    private readonly server: Socket,
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
      one.pipe(other);
    }
  }

  hang(): void {
    this.client.unpipe();
    this.server.unpipe();
    this.client.pause();
    this.server.pause();
  }

  flow(): void {
    this.client.pipe(this.server);
    this.server.pipe(this.client);
  }

  cut(): void {
    this.client.destroy();
    this.server.destroy();
  }
}
