import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { CommitListener } from './commit-listener';

describe('listening for commits', () => {
  it('ends while it connects to what does not answer but takes leave', async () => {
    const server = createServer((socket) => void socket.on('error', () => undefined).resume());
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const faults: (Error | null)[] = [];
    const listener = new CommitListener({
      connection: { host: '127.0.0.1', port, user: 'nobody', database: 'none' },
      channel: 'spec',
      onWake: () => undefined,
      onChange: (fault) => faults.push(fault),
    });
    await once(server, 'connection');
    await listener.close();
    expect(faults).toEqual([]);
    server.close();
    await once(server, 'close');
  });
});
