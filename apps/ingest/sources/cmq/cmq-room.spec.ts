import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MessageRoom } from '../queue/message-room';
import { makeCmqNotificationQueue } from './cmq-notification-queue';

let server: Server;
afterEach(() => new Promise((resolve) => server.close(resolve)));

/** A queue that answers one message of this size. */
async function queueOf(bytes: number) {
  const message = { msgBody: 'x'.repeat(bytes), msgId: 'm', receiptHandle: 'h' };
  const answer = JSON.stringify({ code: 0, message: '', requestId: 'r', msgInfoList: [message] });
  server = createServer((request, response) => void request.resume().on('end', () => response.end(answer)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const endpoint = { protocol: 'http:', hostname: '127.0.0.1', port, host: `127.0.0.1:${port}`, path: '/' } as const;
  return makeCmqNotificationQueue({ endpoint, queue: 'q', secretId: 'i', secretKey: 'k' });
}

const signal = new AbortController().signal;

it('an answer of CMQ is given up while it is read where there is no room for it', async () => {
  const queue = await queueOf(1_000_000);
  const room = new MessageRoom(300_000);
  const held = room.open();
  await expect(queue.receive(1, signal, held)).rejects.toMatchObject({ code: 'no-room', kind: 'too-large' });
  expect(room.heldBytes).toBeLessThanOrEqual(300_000);
  held.release();
  expect(room.heldBytes).toBe(0);
  queue.close();
});

it('an answer of CMQ that there is room for is held until it is given back', async () => {
  const queue = await queueOf(1_000_000);
  const room = new MessageRoom(1_100_000);
  const held = room.open();
  expect(await queue.receive(1, signal, held)).toHaveLength(1);
  expect(room.heldBytes).toBeGreaterThan(1_000_000);
  held.release();
  expect(room.heldBytes).toBe(0);
  queue.close();
});
