import type { Pool, PoolClient } from 'pg';
import { migrate, projectionSchema } from '@mps-ledger/read-model';
import { eventually } from '@mps-ledger/spec-kit';
import { testDatabase } from '@mps-ledger/testing';
import type { TestDatabase } from '@mps-ledger/testing';
import { Lane } from './lane';
import { PlantedLog } from './testing/planted-log';
import { serve } from './testing/serve';
import type { ServedQuery } from './testing/serve';
import { LISTS } from './tokens';

jest.setTimeout(60_000);

let database: TestDatabase;
let pool: Pool;
let query: ServedQuery;
let holding: PoolClient;

beforeAll(async () => {
  database = await testDatabase({ template: { name: 'read_model', prepare: (url) => migrate(url, projectionSchema) } });
  pool = database.pool();
  const log = new PlantedLog(pool);
  await log.adopt();
  await log.hear({ taskId: 'a', facts: [{ type: 'task.started', data: { kind: 'workflow' } }] });
});
beforeEach(async () => {
  // No list of notifications is answered while this is held.
  holding = await pool.connect();
  await holding.query('BEGIN; LOCK tasks_v1.notification IN ACCESS EXCLUSIVE MODE');
});
afterEach(async () => {
  await holding.query('ROLLBACK');
  holding.release();
  await query.close();
});
afterAll(() => database.close());

const gauge = async (name: string): Promise<number> => {
  const line = (await query.get('/metrics')).text.split('\n').find((one) => one.includes(name)) ?? '';
  return Number(line.split(' ').at(-1));
};

describe('lists that take long', () => {
  it('leave connections to reads of one task, however many ask for lists', async () => {
    query = await serve(database.url);
    const asked = Array.from({ length: 12 }, () => query.get('/v1/notifications?account=default'));
    await eventually(async () => (await gauge('query_lists{state="waiting"}')) === 9);
    expect(await gauge('query_lists{state="read"}')).toBe(3);
    for (const path of ['/v1/tasks/a', '/v1/tasks/a/history', '/readyz'])
      expect((await query.get(path)).status).toBe(200);
    await holding.query('COMMIT; BEGIN');
    for (const { status, body } of await Promise.all(asked)) expect([status, body.items?.length]).toEqual([200, 1]);
    expect(await gauge('query_lists{state="read"}')).toBe(0);
  });

  it('keep others waiting for a bounded time only: then they get 503 with Retry-After', async () => {
    query = await serve(database.url, { replace: [[LISTS, new Lane({ atOnce: 1, waiting: 1, waitMs: 50 })]] });
    const first = query.get('/v1/notifications');
    await eventually(async () => (await gauge('query_lists{state="read"}')) === 1);
    const { status, headers, body } = await query.get('/v1/tasks');
    expect([status, headers.get('retry-after'), body.code]).toEqual([503, '1', 'lists-busy']);
    await holding.query('COMMIT; BEGIN');
    expect((await first).status).toBe(200);
    expect((await query.get('/v1/tasks')).status).toBe(200);
  });
});
