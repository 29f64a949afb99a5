import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Ports below the range for outgoing connections, which could otherwise take the port later. */
const LOWEST = 15_000;
const HIGHEST = 32_000;

/** A free TCP port on 127.0.0.1. Another program may take it before the caller does. */
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
