import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';

import { eventually } from '@mps-ledger/spec-kit';

import { silent } from '../../port/logger';
import { makeConnections, type ConnectionEvent } from './connections';
import { Damages } from './damages';
import { DamagedAnswer } from './frames';

let server: Server;
let port: number;
const accepted: Socket[] = [];

function connections(warn = jest.fn(), closed?: AbortSignal) {
  const events: ConnectionEvent[] = [];
  const connect = makeConnections({
    ...{ damages: new Damages(), maxUnansweredMs: 60_000, logger: { ...silent, warn } },
    onConnection: (event) => events.push(event),
    ...(closed !== undefined && { closed }),
  });
  const open = (host: string, ssl?: object): Socket => {
    const socket = connect({ host, port, ssl: ssl as never, onConnect: () => undefined });
    return socket.on('error', () => undefined);
  };
  return { open, events, warn };
}

/** The first bytes that a client sends. */
async function greeting(open: () => Socket): Promise<Buffer> {
  const connection = once(server, 'connection');
  const client = open();
  const [socket] = (await connection) as [Socket];
  const [bytes] = (await once(socket, 'data')) as [Buffer];
  client.end();
  return bytes;
}

describe('the connections of a client', () => {
  beforeAll(async () => {
    server = createServer((socket) => accepted.push(socket.on('error', () => undefined)));
    await once(server.listen(0), 'listening');
    port = (server.address() as AddressInfo).port;
  });
  afterAll(() => {
    for (const socket of accepted) socket.destroy();
    server.close();
  });

  it('name the host to the other side with TLS, and an address not', async () => {
    const { open } = connections();
    expect((await greeting(() => open('localhost', {}))).includes('localhost')).toBe(true);
    expect((await greeting(() => open('localhost', { servername: 'other.example' }))).includes('other.example')).toBe(
      true,
    );
    expect((await greeting(() => open('127.0.0.1', {}))).includes('127.0.0.1')).toBe(false);
  });

  it('are reported when they were opened, closed here and lost, with the reason', async () => {
    const { open, events, warn } = connections();
    const before = accepted.length;
    const broker = `127.0.0.1:${port}`;
    const [closed, lost] = [open('127.0.0.1'), open('127.0.0.1')];
    await eventually(() => events.length === 2);
    closed.end();
    const answer = Buffer.alloc(8, 0xff);
    await eventually(() => accepted.length === before + 2);
    for (const socket of accepted.slice(before)) if (!socket.destroyed) socket.write(answer);
    await eventually(() => events.length === 4);
    expect(events).toEqual([
      { kind: 'opened', broker },
      { kind: 'opened', broker },
      { kind: 'closed', broker },
      { kind: 'lost', broker, reason: expect.any(DamagedAnswer) as unknown },
    ]);
    expect(warn).toHaveBeenCalledTimes(1);
    lost.end();
  });

  it('all end once the client is closed, and none is made any more', async () => {
    const client = new AbortController();
    const { open, events } = connections(jest.fn(), client.signal);
    const before = open('127.0.0.1');
    await eventually(() => events.length === 1);
    const ended = once(before, 'end');
    client.abort();
    await ended;
    const refused = open('127.0.0.1');
    const [reason] = (await once(refused, 'error')) as [Error];
    expect(reason.message).toBe('the client is closed');
    expect(events.map(({ kind }) => kind)).toEqual(['opened', 'lost']);
  });
});
