import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Stops accepting, lets the requests in flight finish, closes connections as they become idle, and cuts the rest after
 * `closeMs`. Resolves with the number of connections cut. Call `trackConnections` when the server is created.
 */
export async function closeListener(
  server: Server,
  connections: ReadonlySet<Socket>,
  closeMs: number,
): Promise<number> {
  if (!server.listening) return 0;
  let cut = 0;
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  const sweep = (): void => {
    server.closeIdleConnections();
    // Node does not count a connection as idle that never sent anything.
    for (const socket of connections) if (socket.bytesRead === 0) socket.destroy();
  };
  sweep();
  const sweeper = setInterval(sweep, 50);
  const limit = setTimeout(() => {
    cut = connections.size;
    server.closeAllConnections();
    for (const socket of connections) socket.destroy();
  }, closeMs);
  await closed;
  clearInterval(sweeper);
  clearTimeout(limit);
  return cut;
}

export function trackConnections(server: Server): ReadonlySet<Socket> {
  const connections = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
  });
  return connections;
}
