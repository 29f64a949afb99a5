import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';

import { DamagedAnswer, Frames } from './frames';
import { RequestsInFlight, type SentRequest } from './requests-under-way';

export interface BrokerConnectionOptions {
  readonly socket: Socket;
  /** The socket’s event that says that it can be written to: `secureConnect` with TLS, else `connect`. */
  readonly openedBy: 'connect' | 'secureConnect';
  /** How long the oldest request may be unanswered before nothing is expected of the connection any more, in ms. */
  readonly maxUnansweredMs: number;
  readonly onOpened: () => void;
  /** It ended after it had been opened; without a reason, since it was closed here. */
  readonly onEnded: (reason: Error | undefined) => void;
  /** Makes of an answer what kafkajs is to see. What it throws ends the connection. */
  readonly check: (request: SentRequest, answer: Buffer) => Buffer;
}

/** kafkajs forgets connections that it has no use for any more; brokers would end them after ten minutes. */
const MAX_IDLE_MS = 5 * 60_000;
/** How often it is looked whether a request is late. */
const CHECK_INTERVAL_MS = 1_000;
/** Brokers write an answer in one go: one that is begun and does not go on from one look to so many later never ends. */
const MAX_CHECKS_AT_HALF = 3;

/**
 * A connection to a broker, as kafkajs sees it in place of a socket. kafkajs keeps what it has received of an answer when
 * its socket fails, and takes the bytes of the next connection for the rest of it: then it throws where nobody catches, or
 * waits for good. So it is given whole answers only, and every failure of a connection that was open looks to it like an
 * end by the broker, after which it makes everything anew. An answer that cannot be one ends the connection, and so does
 * one that never comes.
 */
export class BrokerConnection extends EventEmitter {
  private readonly frames = new Frames();
  private readonly inFlight = new RequestsInFlight();
  private readonly checking: NodeJS.Timeout;
  private lastSent = performance.now();
  /** How many looks found an answer half there since something was received. */
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
    this.checking = setInterval(() => this.look(), CHECK_INTERVAL_MS).unref();
  }

  /** One whole request. */
  write(request: Buffer): boolean {
    if (this.state !== 'open') return false;
    this.inFlight.add(request);
    this.lastSent = performance.now();
    return this.options.socket.write(request);
  }

  /** Called when all requests are answered, or nobody waits for an answer any more. */
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

  /** Ends it at once: nothing of what is under way over it comes any more. */
  lose(reason: Error): void {
    const before = this.over();
    if (before === 'over') return;
    this.options.socket.destroy();
    if (before === 'open') {
      this.options.onEnded(reason);
      this.emit('end');
    }
    // Also after an end, as kafkajs would leave requests unsettled whose connection it was about to close by itself.
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

  private look(): void {
    const { maxUnansweredMs } = this.options;
    if (this.frames.isHalf) this.checksAtHalf += 1;
    if (this.inFlight.isLate(maxUnansweredMs)) this.lose(new Error(`no answer came within ${maxUnansweredMs} ms`));
    else if (this.checksAtHalf > MAX_CHECKS_AT_HALF) this.lose(new DamagedAnswer('an answer that does not go on'));
    else if (performance.now() - this.lastSent > MAX_IDLE_MS) this.lose(new Error('nothing was asked for a while'));
  }
}
