import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request as it arrived. */
export interface Recorded {
  readonly bytes: Buffer;
  readonly headers: IncomingHttpHeaders;
  readonly path: string;
}

/** A handler that notifications are forwarded to: keeps what it got, and answers as a spec says. */
export class RecordingHandler {
  readonly got: Recorded[] = [];
  /** How it answers. Default: 200. */
  answer: (response: ServerResponse, recorded: Recorded) => void = (response) => void response.end();
  private server: Server | undefined;
  private port = 0;

  get url(): string {
    return `http://127.0.0.1:${this.port}/handle?by=spec`;
  }

  /** The texts that it got, in order. */
  texts(): string[] {
    return this.got.map(({ bytes }) => bytes.toString());
  }

  async start(): Promise<this> {
    this.server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const recorded = { bytes: Buffer.concat(chunks), headers: request.headers, path: request.url ?? '' };
        this.got.push(recorded);
        this.answer(response, recorded);
      });
    });
    this.server.listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
    this.port = (this.server.address() as AddressInfo).port;
    return this;
  }

  /** Nobody listens until it is started again, at the same port. */
  async stop(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    if (server === undefined) return;
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  }
}
