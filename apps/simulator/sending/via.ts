import { createHash } from 'node:crypto';

/** The ways in that the simulator knows. */
export const WAYS = ['http', 'topic', 'cmq', 'sqs', 'file'] as const;

export type Way = (typeof WAYS)[number];

/** A notification as a request to one of the ways in carries it. */
export interface Packed {
  readonly contentType: string;
  readonly body: Buffer;
}

/** The request of each way in: the callback, the push of a CMQ topic, and the sending to a queue of the double or of SQS. */
const PACKAGES: Readonly<Record<Exclude<Way, 'file'>, (body: Buffer) => Packed>> = {
  http: (body) => ({ contentType: 'application/json', body }),
  topic: (body) => ({ contentType: 'text/plain', body: Buffer.from(JSON.stringify(pushOf(body))) }),
  cmq: (body) => ({ contentType: 'application/json', body }),
  sqs: (body) => ({ contentType: 'application/x-www-form-urlencoded', body: Buffer.from(sendMessage(body)) }),
};

/** Wraps a notification for a way in. */
export function packed(way: Exclude<Way, 'file'>, body: Buffer): Packed {
  return PACKAGES[way](body);
}

/** The bytes that the ledger receives: of a queue, its API's framing is taken off. */
export function asReceived(way: Way, body: Buffer): Buffer {
  if (way === 'topic') return packed(way, body).body;
  return way === 'file' ? Buffer.from(lineOf(body).slice(0, -1)) : body;
}

/** A line of a file of notifications. A line break in JSON is white space, since texts spell theirs out. */
export function lineOf(body: Buffer): string {
  return `${body.toString('utf8').replace(/[\r\n]+/g, ' ')}\n`;
}

/** What a CMQ topic pushes to an HTTP endpoint, in its JSON format. The same notification has the same id. */
function pushOf(body: Buffer): object {
  return {
    TopicOwner: 100_000_001,
    topicName: 'mps-events',
    subscriptionName: 'mps-ledger',
    msgId: String(createHash('sha256').update(body).digest().readUIntBE(0, 6)),
    msgBody: body.toString('utf8'),
    publishTime: '1700000000',
  };
}

/** SQS's query protocol, unsigned, as ElasticMQ takes it. */
function sendMessage(body: Buffer): string {
  const parameters = { Action: 'SendMessage', Version: '2012-11-05', MessageBody: body.toString('utf8') };
  return new URLSearchParams(parameters).toString();
}
