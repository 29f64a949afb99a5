import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { answerInstead, QueueFaults, sendAnswer, type QueueFault } from '../queue-faults';
import { ACTIONS, NO_QUEUE, type DoubleAnswer, type DoubleQueue } from './cmq-actions';
import { readRequest, refusedSignature, type CmqRequest } from './cmq-request';
import { LongPolls } from './long-polls';
import { CmqQueueState, type CmqQueueSettings, type CmqQueueStats } from './queue-state';

/** The key that the double accepts by default. */
export const DOUBLE_SECRET = { id: 'AKIDexample0000', key: 'exampleSecretKey' } as const;

export interface CmqDoubleOptions {
  /** Queues by name, or with settings. Default: none. */
  readonly queues?: readonly (string | CmqQueueSettings)[];
  /** SecretKeys by SecretId. Default `DOUBLE_SECRET`. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default: one of the system's choice. */
  readonly port?: number;
  /** Whether `POST /send/{queue}` sends its body as a message, without a signature: for a try-out by hand. Default false. */
  readonly plainSend?: boolean;
  /** Speaks TLS, with this certificate. Default: plain HTTP. */
  readonly tls?: { readonly key: string; readonly cert: string };
}

/** A running double of CMQ's data plane. */
export interface CmqDouble {
  /** `http://127.0.0.1:1234`, without a path. */
  readonly url: string;
  /** Sends messages, text or any bytes; rejects with what the queue refuses. Answers their ids. */
  send(queue: string, bodies: readonly (string | Uint8Array)[]): readonly string[];
  stats(queue: string): CmqQueueStats;
  /** The bodies that are in a queue, received or not. */
  bodies(queue: string): readonly Buffer[];
  /** Called before the messages of a delete are deleted, with their bodies. */
  onDelete(listener: (queue: string, body: Buffer) => void): void;
  fault(fault: QueueFault): void;
  clearFaults(): void;
  createQueue(queue: string | CmqQueueSettings): void;
  deleteQueue(queue: string): void;
  setSecrets(secrets: Readonly<Record<string, string>>): void;
  /** Puts the clock of the queues forward: for messages that become visible, or expire. Long polls go on by the real one. */
  advance(ms: number): void;
  /** Puts the clock that requests are judged by, and that answers name, so far ahead of this machine's. */
  skewClock(ms: number): void;
  close(): Promise<void>;
}

/** Starts a double of CMQ, as TDMQ keeps it: the protocol of queues, with their errors and with faults. For specs and try-outs. */
export async function startCmqDouble(options: CmqDoubleOptions = {}): Promise<CmqDouble> {
  const state = new DoubleState(options);
  const answer: RequestListener = (request, response) => {
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    const [, name] = /^\/send\/([\w-]+)$/.exec(request.url ?? '') ?? [];
    if (options.plainSend === true && name !== undefined && request.method === 'POST') {
      void sendPlainly(state, name, request, response);
      return;
    }
    void readRequest(request)
      .then((read) => (read === null ? notFound(response) : state.answer(read, response, gone.signal)))
      .catch(() => response.socket?.destroy());
  };
  const server = options.tls === undefined ? createServer(answer) : createTlsServer(options.tls, answer);
  server.keepAliveTimeout = 60_000;
  const { host = '127.0.0.1', port = 0 } = options;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, host, resolve);
  });
  const { port: taken } = server.address() as AddressInfo;
  const scheme = options.tls === undefined ? 'http' : 'https';
  return {
    ...state.controls,
    url: `${scheme}://${host.includes(':') ? `[${host}]` : host}:${taken}`,
    close: () => {
      state.endPolls();
      return new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

async function sendPlainly(
  { controls }: DoubleState,
  queue: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const [msgId] = controls.send(queue, [Buffer.concat((await request.toArray()) as Buffer[])]);
    response.writeHead(200, { 'content-type': 'application/json' }).end(`{"msgId":"${msgId}"}\n`);
  } catch (error) {
    response.writeHead(400, { 'content-type': 'text/plain' }).end(`${(error as Error).message}\n`);
  }
}

function notFound(response: ServerResponse): void {
  response.writeHead(404, { 'content-type': 'text/html' }).end('<html><body>404 Not Found</body></html>');
}

class DoubleState {
  private readonly queues = new Map<string, DoubleQueue>();
  private readonly faults = new QueueFaults();
  private readonly listeners: ((queue: string, body: Buffer) => void)[] = [];
  private secrets: Readonly<Record<string, string>>;
  private aheadMs = 0;
  private skewMs = 0;

  constructor({ queues = [], secrets }: CmqDoubleOptions) {
    this.secrets = secrets ?? { [DOUBLE_SECRET.id]: DOUBLE_SECRET.key };
    for (const queue of queues) this.createQueue(queue);
  }

  readonly controls: Omit<CmqDouble, 'url' | 'close'> = {
    send: (name, bodies) => this.send(name, bodies),
    stats: (name) => this.queue(name).state.stats(),
    bodies: (name) => this.queue(name).state.bodies(),
    onDelete: (listener) => void this.listeners.push(listener),
    fault: (fault) => this.faults.add(fault),
    clearFaults: () => this.faults.clear(),
    createQueue: (queue) => this.createQueue(queue),
    deleteQueue: (name) => {
      this.queue(name).polls.end();
      this.queues.delete(name);
    },
    setSecrets: (secrets) => void (this.secrets = secrets),
    advance: (ms) => {
      this.aheadMs += ms;
      for (const { polls } of this.queues.values()) polls.wake();
    },
    skewClock: (ms) => void (this.skewMs = ms),
  };

  endPolls(): void {
    for (const { polls } of this.queues.values()) polls.end();
  }

  async answer(request: CmqRequest, response: ServerResponse, signal: AbortSignal): Promise<void> {
    const action = request.parameters.get('Action') ?? '';
    response.setHeader('date', new Date(this.clientNow()).toUTCString());
    const fault = this.faults.next(action);
    if (answerInstead(fault, response)) return;
    const members = await this.membersFor(request, action, fault, signal);
    const clientRequestId = request.parameters.get('clientRequestId');
    const whole = {
      ...{ code: 0, message: '', requestId: randomUUID() },
      ...(clientRequestId !== undefined && { clientRequestId }),
      ...members,
    };
    // Texts are latin1, so this writes their bytes as they were sent.
    sendAnswer(fault, response, { body: Buffer.from(JSON.stringify(whole), 'latin1') });
  }

  private async membersFor(
    request: CmqRequest,
    action: string,
    fault: QueueFault | null,
    signal: AbortSignal,
  ): Promise<DoubleAnswer> {
    if (fault?.kind === 'code') return { code: fault.code, message: fault.message ?? '(10000)injected' };
    const nowMs = (): number => this.now();
    const refused = refusedSignature(request, this.secrets, this.clientNow());
    if (refused !== null) return { ...refused };
    const run = ACTIONS.get(action);
    if (run === undefined) return { code: 4000, message: '(10000)there is no such action' };
    const queue = this.queues.get(request.parameters.get('queueName') ?? '');
    if (queue === undefined) return { ...NO_QUEUE };
    return run({ queue, parameters: request.parameters, fault, signal, nowMs });
  }

  private clientNow(): number {
    return Date.now() + this.skewMs;
  }

  private now(): number {
    return Date.now() + this.aheadMs;
  }

  private queue(name: string): DoubleQueue {
    const queue = this.queues.get(name);
    if (queue === undefined) throw new Error(`the double has no queue ${name}`);
    return queue;
  }

  private createQueue(given: string | CmqQueueSettings): void {
    const settings = typeof given === 'string' ? { name: given } : given;
    const state = new CmqQueueState(settings, {
      now: () => this.now(),
      onDelete: (body) => this.listeners.forEach((listener) => listener(settings.name, body)),
    });
    this.queues.set(settings.name, { state, polls: new LongPolls(state) });
  }

  private send(name: string, bodies: readonly (string | Uint8Array)[]): readonly string[] {
    const { state, polls } = this.queue(name);
    const ids = bodies.map((body) => {
      const sent = state.send(Buffer.from(body as string).toString('latin1'));
      if (typeof sent === 'string') throw new Error(`the queue ${name} refuses a message: ${sent}`);
      return sent.msgId;
    });
    polls.wake();
    return ids;
  }
}
