/** The anchor of `feed`: bare Fastify that sends server-sent events; LISTEN wakes it, and it selects the new rows. */
import Fastify, { type FastifyInstance } from 'fastify';
import { Client } from 'pg';
import { anchorTask, atWork } from './anchor';

const NEW = `SELECT partition, "offset"::int, event_id, data::text FROM tasks_v1.history WHERE partition = $1 AND "offset" > $2 ORDER BY "offset"`;
const LAST = `SELECT partition, max("offset")::int AS last FROM tasks_v1.history GROUP BY partition ORDER BY partition LIMIT 1`;

interface Row {
  readonly partition: number;
  readonly offset: number;
  readonly event_id: string;
  readonly data: string;
}

async function main(): Promise<void> {
  const { port = 0, databaseUrl = '' } = anchorTask();
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  const { rows } = await client.query<{ partition: number; last: number }>(LAST);
  const [{ partition, last } = { partition: 0, last: 0 }] = rows;
  const clients = new Map<NodeJS.WritableStream, boolean>();
  const state = { last, isReading: false, isWoken: false, items: 0 };
  const read = async (): Promise<void> => {
    state.isWoken = true;
    if (state.isReading) return;
    state.isReading = true;
    while (state.isWoken) {
      state.isWoken = false;
      const found = await client.query<Row>({ name: 'new', text: NEW, values: [partition, state.last] });
      for (const { offset, event_id: id, data } of found.rows) {
        state.last = offset;
        state.items += 1;
        const text = `id: ${offset}\nevent: fact\ndata: {"id":"${id}","data":${data}}\n\n`;
        for (const [to, isIdle] of clients) if (!isIdle) to.write(text);
      }
    }
    state.isReading = false;
  };
  client.on('notification', () => void read());
  await client.query('LISTEN mps_ledger_projection');
  const app = serving(clients);
  await app.listen({ port, host: '127.0.0.1' });
  atWork(async () => {
    for (const to of clients.keys()) to.end();
    await app.close();
    await client.end();
    return { items: state.items, seconds: 0, checks: {} };
  });
}

/** Clients, and whether each is idle. */
function serving(clients: Map<NodeJS.WritableStream, boolean>): FastifyInstance {
  const app = Fastify();
  app.get<{ Querystring: { task_id?: string } }>('/v1/stream', ({ query }, reply) => {
    reply.hijack();
    const to = reply.raw.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    to.write('event: caught_up\ndata: {}\n\n');
    clients.set(to, query.task_id !== undefined);
    to.on('close', () => clients.delete(to));
  });
  return app;
}

void main();
