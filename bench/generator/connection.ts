import { connect, type Socket } from 'node:net';

/** An answer, as far as load is concerned. */
export interface Answer {
  readonly status: number;
  /** Head of the answer, up to and without the empty line. */
  readonly head: string;
  readonly bodyBytes: number;
}

/** One kept-alive connection that has one request under way at a time. */
export interface Connection {
  /** Sends the bytes of a whole request. Rejects where the connection breaks; it is of no use then. */
  ask(request: Buffer): Promise<Answer>;
  /** False once either side has closed it. */
  isOpen(): boolean;
  close(): void;
}

/**
 * HTTP/1.1 as far as a load generator needs it, at a tenth of the cost of `node:http`, so that it is not what is measured:
 * answers must have a content-length.
 */
export async function openConnection(port: number): Promise<Connection> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  return new OneConnection(socket);
}

interface UnderWay {
  resolve(answer: Answer): void;
  reject(error: Error): void;
}

const NOTHING: Buffer = Buffer.alloc(0);

class OneConnection implements Connection {
  private underWay: UnderWay | undefined;
  private received: Buffer = NOTHING;

  constructor(private readonly socket: Socket) {
    socket.on('data', (chunk: Buffer) => this.take(chunk));
    socket.on('error', (error) => this.fail(error));
    socket.on('close', () => this.fail(new Error('the connection was closed')));
  }

  ask(request: Buffer): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.underWay = { resolve, reject };
      this.socket.write(request);
    });
  }

  isOpen(): boolean {
    return this.socket.readyState === 'open';
  }

  close(): void {
    this.socket.destroy();
  }

  private take(chunk: Buffer): void {
    this.received = this.received.length === 0 ? chunk : Buffer.concat([this.received, chunk]);
    const end = this.received.indexOf('\r\n\r\n');
    if (end < 0) return;
    const head = this.received.toString('latin1', 0, end);
    const length = /\r\ncontent-length: ?(\d+)/i.exec(head)?.[1];
    if (length === undefined) {
      this.fail(new Error(`an answer without content-length: ${head}`));
      return;
    }
    const bodyBytes = Number(length);
    if (this.received.length < end + 4 + bodyBytes) return;
    this.received = NOTHING;
    const { underWay } = this;
    this.underWay = undefined;
    underWay?.resolve({ status: Number(head.slice(9, 12)), head, bodyBytes });
  }

  private fail(error: Error): void {
    const { underWay } = this;
    this.underWay = undefined;
    underWay?.reject(error);
  }
}

/** Connections that are opened when none is idle, and reused. */
export class ConnectionPool {
  private readonly idle: Connection[] = [];
  private readonly all: Connection[] = [];

  constructor(private readonly port: number) {}

  async ask(request: Buffer): Promise<Answer> {
    let connection = this.idle.pop();
    while (connection?.isOpen() === false) connection = this.idle.pop();
    connection ??= await this.open();
    const answer = await connection.ask(request);
    this.idle.push(connection);
    return answer;
  }

  close(): void {
    for (const connection of this.all) connection.close();
  }

  private async open(): Promise<Connection> {
    const connection = await openConnection(this.port);
    this.all.push(connection);
    return connection;
  }
}
