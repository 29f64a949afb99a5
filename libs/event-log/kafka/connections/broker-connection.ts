import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';

import { DamagedAnswer, Frames } from './frames';
import { RequestsInFlight, type SentRequest } from './requests-in-flight';

export interface BrokerConnectionOptions {
  readonly socket: Socket;
  /** The socket’s event that says that it can be written to: `secureConnect` with TLS, else `connect`. */
  readonly openedBy: 'connect' | 'secureConnect';
  /** How long the oldest request may be unanswered before the connection is closed, in ms. */
  readonly maxUnansweredMs: number;
  readonly onOpened: () => void;
  /** An opened connection ended; without a reason where the client closed it. */
  readonly onEnded: (reason: Error | undefined) => void;
  /** Converts an answer to the one that kafkajs gets. What it throws closes the connection. */
  readonly check: (request: SentRequest, answer: Buffer) => Buffer;
}

/** kafkajs never closes connections that it no longer uses; brokers would close them after ten minutes. */
const MAX_IDLE_MS = 5 * 60_000;
/** Between two checks for late requests. */
const CHECK_INTERVAL_MS = 1_000;
/** Brokers write an answer in one go: one that does not continue over so many checks never ends. */
const MAX_CHECKS_AT_HALF = 3;

/**
 * A connection to a broker, in place of a socket of kafkajs. When its socket fails, kafkajs keeps a partial answer and takes the
 * bytes of the next connection for the rest of it: then it throws uncaught, or waits forever. So it gets whole answers only, and
 * every failure of an open connection looks like an end by the broker, after which it reconnects. A damaged answer closes the
 * connection, and so does a missing one.
 */
export class BrokerConnection extends EventEmitter {
  private readonly frames = new Frames();
  private readonly inFlight = new RequestsInFlight();
  private readonly checking: NodeJS.Timeout;
  private lastSent = performance.now();
  /** How many checks found a partial answer since something was received. */
  private checksAtHalf = 0;
  private state: 'opening' | 'open' | 'over' = 'opening';

  constructor(private readonly options: BrokerConnectionOptions) {
    super();
    const { socket } = options;
    socket.once(options.openedBy, () => this.opened());
    socket.on('data', (chunk: Buffer) => this.receive(chunk));
    socket.on('end', () => this.lose(new Error('the broker closed the connection')));
    socket.on('error', (error) => this.lose(error));
    socket.on('close', () => this.lose(new Error('the connection was closed')));
    this.checking = setInterval(() => this.check(), CHECK_INTERVAL_MS).unref();
  }

  /** One whole request. */
  write(request: Buffer): boolean {
    if (this.state !== 'open') return false;
    this.inFlight.add(request);
    this.lastSent = performance.now();
    return this.options.socket.write(request);
  }

  /** Called by kafkajs when it needs no answer any more. */
  end(): void {
    const before = this.over();
    if (before === 'opening') this.options.socket.destroy();
    if (before === 'open') {
      this.options.socket.destroySoon();
      this.options.onEnded(undefined);
    }
  }

  unref(): void {
    this.options.socket.unref();
  }

  /** Closes it at once: requests in flight are never answered. */
  lose(reason: Error): void {
    const before = this.over();
    if (before === 'over') return;
    this.options.socket.destroy();
    if (before === 'open') {
      this.options.onEnded(reason);
      this.emit('end');
    }
    // Also after an end: kafkajs would never settle the requests of a connection that it was about to close.
    this.emit('error', reason);
  }

  private over(): BrokerConnection['state'] {
    const before = this.state;
    this.state = 'over';
    clearInterval(this.checking);
    return before;
  }

  private opened(): void {
    if (this.state !== 'opening') return;
    this.state = 'open';
    this.options.onOpened();
  }

  private receive(chunk: Buffer): void {
    if (this.state !== 'open') return;
    this.checksAtHalf = 0;
    try {
      for (const frame of this.frames.push(chunk)) {
        this.emit('data', this.options.check(this.inFlight.answered(frame), frame));
        if (this.isOver()) return;
      }
    } catch (error) {
      this.lose(error instanceof Error ? error : new DamagedAnswer(String(error)));
    }
  }

  private isOver(): boolean {
    return this.state === 'over';
  }

  private check(): void {
    const { maxUnansweredMs } = this.options;
    if (this.frames.isHalf) this.checksAtHalf += 1;
    if (this.inFlight.isLate(maxUnansweredMs)) this.lose(new Error(`no answer came within ${maxUnansweredMs} ms`));
    else if (this.checksAtHalf > MAX_CHECKS_AT_HALF) this.lose(new DamagedAnswer('an answer that does not continue'));
    else if (performance.now() - this.lastSent > MAX_IDLE_MS) this.lose(new Error('the connection was idle'));
  }
}
