import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { runProgram } from './programs';

/** The same seed gives the same notifications, though those of different tasks may come in another order. */
const WHAT = ['--tasks', '500', '--seed', 'bench', '--mode', 'change'] as const;

/** What the simulator sends of made-up tasks at every change, each task's notifications in their order: bodies as they came. */
export async function simulatedChanges(): Promise<readonly Buffer[]> {
  const bodies: Buffer[] = [];
  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      bodies.push(body);
      response.end('{}');
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const to = `http://127.0.0.1:${(server.address() as AddressInfo).port}/notify/mps`;
  try {
    await runProgram('apps/simulator/main.js', {}, ['--to', to, ...WHAT]);
  } finally {
    server.closeAllConnections();
    server.close();
  }
  return bodies;
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
