import { hash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NotificationQueue } from '../queue/notification-queue';
import { makeSqsNotificationQueue, type SqsQueueOptions } from './sqs-notification-queue';

type Answer = (response: ServerResponse, request: IncomingMessage) => void;

const opened: (() => unknown)[] = [];
const environment = { ...process.env };
beforeEach(() => Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret' }));
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
  process.env = { ...environment };
});

const JSON_TYPE = { 'content-type': 'application/x-amz-json-1.0' };
const json =
  (body: unknown, status = 200): Answer =>
  (response) =>
    void response.writeHead(status, JSON_TYPE).end(typeof body === 'string' ? body : JSON.stringify(body));
const refused = (name: string, status = 400): Answer =>
  json({ __type: `com.amazonaws.sqs#${name}`, message: 'no' }, status);
const page =
  (status: number): Answer =>
  (response) =>
    void response.writeHead(status, { 'content-type': 'text/html' }).end('<html>a proxy</html>');

/** A server that answers as it is told, and a queue there. */
async function served() {
  const told: { answer: Answer; aheadMs: number } = { answer: json({}), aheadMs: 0 };
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      response.setHeader('date', new Date(Date.now() + told.aheadMs).toUTCString());
      // Retention is asked for once, beside what is told.
      const isReceive = request.headers['x-amz-target'] !== 'AmazonSQS.GetQueueAttributes';
      (isReceive ? told.answer : json({}))(response, request);
    });
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  opened.push(
    () => server.closeAllConnections(),
    () => server.close(),
  );
  const { port } = server.address() as AddressInfo;
  return { told, queue: queueAt(`http://127.0.0.1:${port}/1/q`), port };
}

function queueAt(queueUrl: string, options: Partial<SqsQueueOptions> = {}): NotificationQueue {
  const queue = makeSqsNotificationQueue({ queueUrl, region: 'spec', pollSeconds: 0, answerMs: 30_000, ...options });
  opened.push(() => queue.close());
  return queue;
}

const poll = (queue: NotificationQueue) => queue.receive(10, new AbortController().signal);

describe('a queue of SQS refuses', () => {
  it.each<readonly [string, Answer, string, string, RegExp]>([
    ['a page of a proxy', page(502), 'not-json', 'unavailable', /HTTP 502, text\/html, .*<html>.*proxies/],
    ['a page with 200', page(200), 'not-json', 'unavailable', /HTTP 200, text\/html/],
    ['a page with 429', page(429), 'not-json', 'unavailable', /HTTP 429/],
    [
      'a redirect',
      (response) => void response.writeHead(302, { location: 'https://login.example.test/' }).end(),
      'redirect',
      'configuration',
      /redirect to https:\/\/login\.example\.test\/, which is not followed/,
    ],
    ['a closed connection', (response) => void response.destroy(), 'network', 'unavailable', /connection failed/],
    [
      'half an answer',
      (response) => {
        response.writeHead(200, { ...JSON_TYPE, 'content-length': 100 });
        response.write('{"Messages":[', () => response.destroy());
      },
      'network',
      'unavailable',
      /connection failed: aborted/,
    ],
    ['half of the JSON', json('{"Messages":['), 'not-json', 'unavailable', /its answer was cut/],
    ['nothing', json(''), 'not-json', 'unavailable', /0 bytes/],
    ['what is no object', json('null'), 'not-json', 'unavailable', /null/],
    ['a list that is none', json({ Messages: { a: 1 } }), 'wrong-answer', 'unavailable', /Messages is no list/],
    [
      'a message that was changed on its way',
      json({ Messages: [{ Body: 'a', MD5OfBody: hash('md5', 'b'), MessageId: 'm', ReceiptHandle: 'h' }] }),
      'wrong-digest',
      'unavailable',
      /m was changed/,
    ],
    ['a wrong key', refused('InvalidClientTokenId', 403), 'sqs-InvalidClientTokenId', 'configuration', /Check the key/],
    ['a queue that is gone', refused('QueueDoesNotExist'), 'sqs-QueueDoesNotExist', 'configuration', /no such queue/],
    ['too many requests', refused('RequestThrottled'), 'sqs-RequestThrottled', 'throttled', /more slowly/],
    ['an internal error', refused('InternalFailure', 500), 'sqs-InternalFailure', 'unavailable', /InternalFailure/],
  ])('%s, in words, and receives after it', async (_, answer, code, kind, message) => {
    const { told, queue } = await served();
    told.answer = answer;
    await expect(poll(queue)).rejects.toMatchObject({ code, kind, message: expect.stringMatching(message) });
    told.answer = json({});
    expect(await poll(queue)).toEqual([]);
  });

  it.each<readonly [string, Answer]>([
    ['a slow answer', () => undefined],
    ['a slow body', (response) => void response.writeHead(200, { ...JSON_TYPE, 'content-length': 100 }).write('{')],
  ])('%s, within the time for it', async (_, answer) => {
    const { told, port } = await served();
    told.answer = answer;
    await expect(poll(queueAt(`http://127.0.0.1:${port}/1/q`, { answerMs: 500 }))).rejects.toMatchObject({
      ...{ code: 'timeout', kind: 'unavailable', message: expect.stringMatching(/no whole answer within 500 ms/) },
    });
  });

  it('an answer of more bytes than are read', async () => {
    const { told, queue } = await served();
    told.answer = json('x'.repeat(33 * 1024 * 1024));
    await expect(poll(queue)).rejects.toMatchObject({ code: 'too-large', kind: 'too-large' });
  });

  it('what is no TLS, and nobody at all', async () => {
    const { port } = await served();
    await expect(poll(queueAt(`https://127.0.0.1:${port}/1/q`))).rejects.toMatchObject({
      ...{ code: 'tls', kind: 'unavailable', message: expect.stringMatching(/no secure connection/) },
    });
    await expect(poll(queueAt('http://127.0.0.1:1/1/q'))).rejects.toMatchObject({ code: 'network' });
  });
});

describe('a queue of SQS', () => {
  it('receives messages whatever they lack', async () => {
    const { told, queue } = await served();
    const whole = { Body: 'é', MD5OfBody: hash('md5', 'é'), MessageId: 'm', ReceiptHandle: 'h' };
    const Attributes = { SentTimestamp: '1700000000000' };
    told.answer = json({ Messages: [{ ...whole, Attributes }, { Body: 'x' }, { MessageId: 'm2' }, null] });
    expect((await poll(queue)).map(({ bytes, ...rest }) => ({ ...rest, text: String(bytes) }))).toEqual([
      {
        ...{ text: 'é', handle: 'h', sentAt: 1_700_000_000_000 },
        transportIds: { 'sqs-messageid': 'm', 'sqs-sent': '1700000000000' },
      },
      { text: 'x', handle: undefined, sentAt: undefined, transportIds: {} },
      ...[{ MessageId: 'm2' }, {}].map((message) => ({
        ...{ text: JSON.stringify(message), handle: undefined, sentAt: undefined, remark: 'no-body' },
        transportIds: 'MessageId' in message ? { 'sqs-messageid': 'm2' } : {},
      })),
    ]);
  });

  it('names a clock that differs, and then signs by the server’s', async () => {
    const { told, queue } = await served();
    const signed: string[] = [];
    told.aheadMs = 400_000;
    told.answer = (response, request) => {
      signed.push(String(request.headers['x-amz-date']));
      (signed.length === 1 ? refused('InvalidSignatureException', 403) : json({}))(response, request);
    };
    await expect(poll(queue)).rejects.toMatchObject({
      kind: 'unavailable',
      message: expect.stringMatching(/clock is (399|400) s behind the server’s/),
    });
    expect(await poll(queue)).toEqual([]);
    const [first, second] = signed.map((date) => Number(date.slice(9, 15)));
    expect(second).not.toBe(first);
  });

  it('reads credentials of a file again once they are refused', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'mps-ledger-aws-'));
    opened.push(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'credentials');
    const write = (id: string) =>
      writeFileSync(file, `[default]\naws_access_key_id=${id}\naws_secret_access_key=secret\n`);
    delete process.env['AWS_ACCESS_KEY_ID'];
    Object.assign(process.env, { AWS_SHARED_CREDENTIALS_FILE: file, AWS_CONFIG_FILE: join(folder, 'none') });
    write('OLD');
    const { told, queue } = await served();
    let right = 'OLD';
    told.answer = (response, request) => {
      const isRight = request.headers.authorization?.includes(`Credential=${right}/`) === true;
      (isRight ? json({}) : refused('InvalidClientTokenId', 403))(response, request);
    };
    expect(await poll(queue)).toEqual([]);
    right = 'NEW';
    await expect(poll(queue)).rejects.toMatchObject({ kind: 'configuration' });
    write('NEW');
    await expect(poll(queue)).resolves.toEqual([]);
  });

  it('gives a poll up at once', async () => {
    const { told, queue } = await served();
    const stop = new AbortController();
    told.answer = () => stop.abort(new Error('stopped'));
    await expect(queue.receive(10, stop.signal)).rejects.toThrow();
  });
});
