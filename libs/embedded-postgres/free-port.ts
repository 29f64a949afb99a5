import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Below the range that systems take the ports of outgoing connections from, so that none of these is in the way later. */
const LOWEST = 15_000;
const HIGHEST = 32_000;

/** A TCP port on 127.0.0.1 that nobody listens on now; whoever gets it must still be ready to find it taken. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(LOWEST, HIGHEST);
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
