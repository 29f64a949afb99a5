/** The ceiling of `mps-api`: Fastify as it comes, which parses the JSON of a body and answers bytes that were made before. */
import { readFileSync } from 'node:fs';
import Fastify from 'fastify';
import { anchorTask, atWork } from './anchor';

async function main(): Promise<void> {
  const { port = 0, file = '' } = anchorTask();
  const answer = readFileSync(file);
  let items = 0;
  const app = Fastify();
  app.post('/', (_request, reply) => {
    items += 1;
    void reply.header('content-type', 'application/json').send(answer);
  });
  await app.listen({ port, host: '127.0.0.1' });
  atWork(async () => {
    await app.close();
    return { items, seconds: 0, checks: {} };
  });
}

void main();
