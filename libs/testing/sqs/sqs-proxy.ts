import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerInstead, QueueFaults, sendAnswer, type QueueFault } from '../queue-faults';

/** A queue seen through the proxy. */
export interface ProxiedSqsQueue {
  /** Answered polls. */
  polls: number;
  /** Messages delivered, redeliveries included. */
  delivered: number;
  /** Handles of messages that were delivered and not deleted through the proxy. */
  readonly handles: Set<string>;
  /** Requests are refused as those of a wrong key. */
  isKeyWrong: boolean;
}

/** An SQS before another one, which counts, and refuses what a spec says. It speaks the JSON protocol only. */
export interface SqsProxy {
  /** The URL of a queue, through the proxy. */
  urlOf(queueUrl: string): string;
  /** By the path of the queue's URL. */
  queue(queueUrl: string): ProxiedSqsQueue;
  fault(fault: QueueFault): void;
  clearFaults(): void;
  /** Puts the clock that requests are judged by, and that answers name, so far ahead of this machine's. */
  skewClock(ms: number): void;
  close(): Promise<void>;
}

interface Entry {
  readonly Id: string;
}

interface Body {
  readonly QueueUrl?: string;
  readonly Entries?: readonly (Entry & { readonly ReceiptHandle?: string })[];
}

const JSON_TYPE = 'application/x-amz-json-1.0';

export async function startSqsProxy(endpoint: string): Promise<SqsProxy> {
  const state = new ProxyState(endpoint);
  const server = createServer((request, response) => {
    void state.answer(request, response).catch(() => response.destroy());
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    urlOf: (queueUrl) => `http://127.0.0.1:${port}${new URL(queueUrl).pathname}`,
    queue: (queueUrl) => state.queueAt(new URL(queueUrl).pathname),
    fault: (fault) => state.faults.add(fault),
    clearFaults: () => state.faults.clear(),
    skewClock: (ms) => void (state.skewMs = ms),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

class ProxyState {
  readonly faults = new QueueFaults();
  skewMs = 0;
  private readonly queues = new Map<string, ProxiedSqsQueue>();

  constructor(private readonly endpoint: string) {}

  queueAt(path: string): ProxiedSqsQueue {
    const known = this.queues.get(path) ?? { polls: 0, delivered: 0, handles: new Set(), isKeyWrong: false };
    this.queues.set(path, known);
    return known;
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    const action = String(request.headers['x-amz-target']).replace('AmazonSQS.', '');
    const body = JSON.parse(await textOf(request)) as Body;
    const now = Date.now() + this.skewMs;
    response.setHeader('date', new Date(now).toUTCString());
    const fault = this.faults.next(action);
    if (answerInstead(fault, response)) return;
    const path = new URL(body.QueueUrl ?? this.endpoint).pathname;
    const queue = this.queueAt(path);
    const { status, text } =
      refusal(request, queue, fault, now) ??
      (await this.carriedOut(request, { ...body, QueueUrl: `${this.endpoint}${path}` }, fault, gone.signal));
    if (status === 200) note(queue, action, text);
    sendAnswer(fault, response, { status, contentType: JSON_TYPE, body: Buffer.from(text) });
  }

  /** The answer of the SQS behind it; the first entries of a batch fail by themselves, where a fault says so. */
  private async carriedOut(
    request: IncomingMessage,
    body: Body,
    fault: QueueFault | null,
    signal: AbortSignal,
  ): Promise<Answer> {
    const failed = fault?.kind === 'partial-delete' ? (body.Entries ?? []).slice(0, fault.failing) : [];
    if (failed.length === 0) return forward(this.endpoint, request, body, signal);
    const Entries = body.Entries?.filter((entry) => !failed.includes(entry)) ?? [];
    const given = Entries.length === 0 ? NOTHING : await forward(this.endpoint, request, { ...body, Entries }, signal);
    return { ...given, text: withFailed(given.text, failed) };
  }
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

const NOTHING: Answer = { status: 200, text: '{}' };
/** AWS refuses requests whose time differs more. */
const CLOCKS_DIFFER_MS = 5 * 60_000;

/** Why a request is not carried out; null: it is. */
function refusal(
  request: IncomingMessage,
  { isKeyWrong }: ProxiedSqsQueue,
  fault: QueueFault | null,
  now: number,
): Answer | null {
  if (fault?.kind === 'code') return refused(400, String(fault.code), fault.message ?? 'injected');
  if (isKeyWrong) return refused(403, 'InvalidClientTokenId', 'The key is wrong.');
  const [signed, served] = [signedAt(request), new Date(now).toISOString()];
  if (Math.abs(Date.parse(signed) - now) <= CLOCKS_DIFFER_MS) return null;
  return refused(403, 'InvalidSignatureException', `Signature expired: ${signed} is not near ${served}`);
}

const refused = (status: number, name: string, message: string): Answer => ({
  status,
  text: JSON.stringify({ __type: `com.amazonaws.sqs#${name}`, message }),
});

/** The time of a signature, `20261130T141154Z`, as others are written. */
function signedAt({ headers }: IncomingMessage): string {
  return String(headers['x-amz-date']).replace(/^(....)(..)(..T..)(..)(..Z)$/, '$1-$2-$3:$4:$5');
}

async function forward(endpoint: string, request: IncomingMessage, body: object, signal: AbortSignal): Promise<Answer> {
  const headers = {
    'content-type': JSON_TYPE,
    'x-amz-target': String(request.headers['x-amz-target']),
  };
  const given = await fetch(`${endpoint}/`, { method: 'POST', headers, body: JSON.stringify(body), signal });
  return { status: given.status, text: await given.text() };
}

function withFailed(text: string, failed: readonly Entry[]): string {
  const given = JSON.parse(text) as { Failed?: readonly object[] };
  const Failed = failed.map(({ Id }) => ({ Id, Code: 'InternalError', SenderFault: false }));
  return JSON.stringify({ ...given, Failed: [...(given.Failed ?? []), ...Failed] });
}

function note(queue: ProxiedSqsQueue, action: string, text: string): void {
  if (action !== 'ReceiveMessage') return;
  const { Messages = [] } = JSON.parse(text) as { Messages?: readonly { readonly ReceiptHandle: string }[] };
  queue.polls += 1;
  queue.delivered += Messages.length;
  for (const { ReceiptHandle } of Messages) queue.handles.add(ReceiptHandle);
}

async function textOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}
