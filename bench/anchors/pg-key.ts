/** The anchor of `query`: bare Fastify that selects by primary key, one task's history and a page of tasks by their indexes, and answers the rows. */
import { createHash } from 'node:crypto';
import Fastify from 'fastify';
import { Pool } from 'pg';
import { anchorTask, atWork } from './anchor';

const TASK = `SELECT t.*, s.state FROM tasks_v1.task t JOIN tasks_v1.task_state s USING (task_key) WHERE task_key = $1`;
const HISTORY = `SELECT * FROM tasks_v1.history WHERE task_key = $1 ORDER BY partition, "offset" LIMIT 100`;
const PAGE = `SELECT * FROM tasks_v1.task WHERE first_received < $1 ORDER BY first_received DESC, task_key DESC LIMIT 50`;
const CONNECTIONS = 10;

const keyOf = (id: string): Buffer =>
  createHash('sha256')
    .update(JSON.stringify(['default', id]))
    .digest();

async function main(): Promise<void> {
  const { port = 0, databaseUrl = '' } = anchorTask();
  const pool = new Pool({ connectionString: databaseUrl, max: CONNECTIONS });
  let items = 0;
  const app = Fastify();
  app.get<{ Params: { id: string } }>('/tasks/:id', async ({ params: { id } }, reply) => {
    const { rows } = await pool.query<object>({ name: 'task', text: TASK, values: [keyOf(id)] });
    items += 1;
    return rows[0] ?? reply.code(404).send();
  });
  app.get<{ Params: { id: string } }>('/tasks/:id/history', async ({ params: { id } }) => {
    const { rows } = await pool.query<object>({ name: 'history', text: HISTORY, values: [keyOf(id)] });
    items += 1;
    return { items: rows };
  });
  app.get<{ Querystring: { before: string } }>('/tasks', async ({ query: { before } }) => {
    const { rows } = await pool.query<object>({ name: 'page', text: PAGE, values: [before] });
    items += 1;
    return { items: rows };
  });
  await app.listen({ port, host: '127.0.0.1' });
  atWork(async () => {
    await app.close();
    await pool.end();
    return { items, seconds: 0, checks: {} };
  });
}

void main();
