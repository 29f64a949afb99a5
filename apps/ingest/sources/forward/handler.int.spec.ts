import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { makeHandler, type Handler } from './handler';

/** Answers each request on a connection, by what a spec says of its number, from 1. */
let server: Server;
let handler: Handler;
let requests = 0;
let connections = 0;
let answer: (socket: Socket, request: number) => void;

beforeEach(async () => {
  [requests, connections] = [0, 0];
  server = createServer((socket) => {
    connections += 1;
    socket.on('error', () => undefined);
    socket.on('data', () => answer(socket, (requests += 1)));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  handler = makeHandler(`http://127.0.0.1:${(server.address() as AddressInfo).port}/x`, 1000);
});
afterEach(async () => {
  handler.close();
  server.close();
  await once(server, 'close');
});

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n';
const post = (signal = new AbortController().signal) => handler.post(Buffer.from('x'), {}, signal);

describe('a handler', () => {
  it('is reached over one connection, and over another one where that was closed in between', async () => {
    answer = (socket, request) => (request === 3 ? socket.resetAndDestroy() : socket.write(OK));
    for (let times = 0; times < 4; times += 1) expect(await post()).toEqual({ status: 200, retryAfter: undefined });
    expect([requests, connections]).toEqual([5, 2]);
  });

  it('that resets a new connection gave no answer', async () => {
    answer = (socket) => socket.resetAndDestroy();
    await expect(post()).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(requests).toBe(1);
  });

  it.each([
    ['never answers', '', /no answer within 1000 ms/],
    ['sends interim answers for ever', 'HTTP/1.1 103 Early Hints\r\n\r\n', /no answer within 1000 ms/],
    ['answers no HTTP', 'SSH-2.0-OpenSSH_9.6\r\n\r\n', /Parse Error/],
    ['switches protocols', 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n', /./],
    ['has a header without end', `HTTP/1.1 200 OK\r\nx: ${'a'.repeat(100_000)}`, /Header overflow/],
  ])('that %s gave no answer', async (_, text, message) => {
    answer = (socket) => void socket.write(text);
    await expect(post()).rejects.toThrow(message);
  });

  it.each([
    ['a body without end', 'HTTP/1.1 200 OK\r\nContent-Length: 999999\r\n\r\npart'],
    ['a huge body', `HTTP/1.1 200 OK\r\nContent-Length: 999999\r\n\r\n${'a'.repeat(200_000)}`],
    ['a body that is no chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz'],
  ])('is judged by its status alone, with %s', async (_, text) => {
    answer = (socket) => void socket.write(text);
    expect(await post()).toMatchObject({ status: 200 });
  });

  it('is no longer waited for where the signal is aborted', async () => {
    answer = () => undefined;
    const stopping = new AbortController();
    const posting = post(stopping.signal);
    while (requests === 0) await new Promise((resolve) => setImmediate(resolve));
    stopping.abort();
    await expect(posting).rejects.toMatchObject({ name: 'AbortError' });
    await expect(post(stopping.signal)).rejects.toMatchObject({ name: 'AbortError' });
  });
});
