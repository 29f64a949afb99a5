import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A queue seen through the proxy. */
export interface ProxiedSqsQueue {
  /** Answered polls. */
  polls: number;
  /** Messages delivered, redeliveries included. */
  delivered: number;
  /** Handles of messages that were delivered and not deleted through the proxy. */
  readonly handles: Set<string>;
  /** How many entries of the next batch delete fail, as if by themselves. */
  failing: number;
  /** Requests are refused as those of a wrong key. */
  isKeyWrong: boolean;
}

/** An SQS before another one, which counts, and refuses what a spec says. It speaks the JSON protocol only. */
export interface SqsProxy {
  /** The URL of a queue, through the proxy. */
  urlOf(queueUrl: string): string;
  /** By the path of the queue's URL. */
  queue(queueUrl: string): ProxiedSqsQueue;
  close(): Promise<void>;
}

interface Entry {
  readonly Id: string;
}

interface Body {
  readonly QueueUrl?: string;
  readonly Entries?: readonly (Entry & { readonly ReceiptHandle?: string })[];
}

export async function startSqsProxy(endpoint: string): Promise<SqsProxy> {
  const queues = new Map<string, ProxiedSqsQueue>();
  const queueAt = (path: string): ProxiedSqsQueue => {
    const known = queues.get(path) ?? { polls: 0, delivered: 0, handles: new Set(), failing: 0, isKeyWrong: false };
    queues.set(path, known);
    return known;
  };
  const server = createServer((request, response) => {
    void answer(endpoint, queueAt, request, response).catch(() => response.destroy());
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    urlOf: (queueUrl) => `http://127.0.0.1:${port}${new URL(queueUrl).pathname}`,
    queue: (queueUrl) => queueAt(new URL(queueUrl).pathname),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  endpoint: string,
  queueAt: (path: string) => ProxiedSqsQueue,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  const action = String(request.headers['x-amz-target']).replace('AmazonSQS.', '');
  const body = JSON.parse(await textOf(request)) as Body;
  const path = new URL(body.QueueUrl ?? endpoint).pathname;
  const queue = queueAt(path);
  if (queue.isKeyWrong) {
    const refusal = { __type: 'com.amazonaws.sqs#InvalidClientTokenId', message: 'The key is wrong.' };
    response.writeHead(403, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(refusal));
    return;
  }
  const failed = action === 'DeleteMessageBatch' ? (body.Entries ?? []).slice(0, queue.failing) : [];
  queue.failing -= failed.length;
  const entries = body.Entries?.filter((entry) => !failed.includes(entry));
  const isAllFailed = failed.length > 0 && entries?.length === 0;
  const given = isAllFailed
    ? { status: 200, text: '{}' }
    : await forward(endpoint, request, { ...body, QueueUrl: `${endpoint}${path}`, Entries: entries }, gone.signal);
  const result = failed.length === 0 ? given.text : withFailed(given.text, failed);
  note(queue, action, result);
  response.writeHead(given.status, { 'content-type': 'application/x-amz-json-1.0' }).end(result);
}

async function forward(endpoint: string, request: IncomingMessage, body: object, signal: AbortSignal) {
  const headers = {
    'content-type': 'application/x-amz-json-1.0',
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
