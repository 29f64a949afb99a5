import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { openConnection } from './connection';

let server: Server;
let onData: (socket: Socket) => void;

beforeAll(async () => {
  server = createServer((socket) => socket.on('data', () => onData(socket)));
  await once(server.listen(0, '127.0.0.1'), 'listening');
});
afterAll(() => server.close());

const open = () => openConnection((server.address() as AddressInfo).port);

describe('a connection of the load generator', () => {
  it('reads an answer that comes in pieces, and the next one', async () => {
    const connection = await open();
    onData = (socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 5\r\nledger-receipt: abc\r\n');
      setImmediate(() => socket.write('\r\nhe'));
      setTimeout(() => socket.write('llo'), 5);
    };
    expect(await connection.ask(Buffer.from('x'))).toMatchObject({ status: 200, bodyBytes: 5 });
    onData = (socket) => void socket.write('HTTP/1.1 503 No\r\ncontent-length: 0\r\n\r\n');
    expect(await connection.ask(Buffer.from('x'))).toMatchObject({ status: 503, bodyBytes: 0 });
    connection.close();
  });

  it('says so where the other side closes it', async () => {
    const connection = await open();
    onData = (socket) => socket.destroy();
    await expect(connection.ask(Buffer.from('x'))).rejects.toThrow();
    expect(connection.isOpen()).toBe(false);
  });
});
