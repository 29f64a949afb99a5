import { hash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { eventually } from '@mps-ledger/spec-kit';
import { makeSqsNotificationQueue } from './sqs-notification-queue';

process.env['AWS_ACCESS_KEY_ID'] = 'spec';
process.env['AWS_SECRET_ACCESS_KEY'] = 'spec';

let server: Server;
afterEach(() => new Promise((resolve) => server.close(resolve)));

/** What SQS answers, by action, in its JSON protocol; and how often each was asked. */
async function queueOf(answers: Readonly<Record<string, readonly [number, object]>>) {
  const asked: string[] = [];
  server = createServer((request, response) => {
    const action = String(request.headers['x-amz-target']).split('.')[1] ?? '';
    asked.push(action);
    const [status, body] = answers[action] ?? [400, {}];
    request.resume().on('end', () => {
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const queueUrl = `http://127.0.0.1:${port}/123456789012/events`;
  return { queue: makeSqsNotificationQueue({ queueUrl, region: 'spec', pollSeconds: 0 }), asked };
}

const DAY_MS = 24 * 3_600_000;

it('is what the queue says, asked once and beside the poll', async () => {
  const { queue, asked } = await queueOf({
    ReceiveMessage: [200, {}],
    GetQueueAttributes: [200, { Attributes: { MessageRetentionPeriod: '86400' } }],
  });
  expect(queue.maxUnackedMs).toBe(4 * DAY_MS);
  await queue.receive(1, AbortSignal.timeout(30_000));
  await eventually(() => queue.maxUnackedMs === DAY_MS);
  await queue.receive(1, AbortSignal.timeout(30_000));
  expect(asked.filter((action) => action === 'GetQueueAttributes')).toHaveLength(1);
  queue.close();
});

it('is the default of SQS where the key may not read it, which disturbs no poll', async () => {
  const { queue, asked } = await queueOf({
    ReceiveMessage: [
      200,
      { Messages: [{ MessageId: 'm', ReceiptHandle: 'h', Body: '{}', MD5OfBody: hash('md5', '{}') }] },
    ],
    GetQueueAttributes: [400, { __type: 'com.amazon.coral.service#AccessDeniedException' }],
  });
  expect(await queue.receive(1, AbortSignal.timeout(30_000))).toHaveLength(1);
  await eventually(() => asked.includes('GetQueueAttributes'));
  expect(await queue.receive(1, AbortSignal.timeout(30_000))).toHaveLength(1);
  expect(queue.maxUnackedMs).toBe(4 * DAY_MS);
  queue.close();
});
