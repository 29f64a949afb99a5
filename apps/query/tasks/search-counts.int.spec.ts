import { createHash } from 'node:crypto';
import type { Pool } from 'pg';
import { inTransaction } from '@mps-ledger/database';
import { createTables, schemaOf, SEARCH } from '@mps-ledger/projections';
import { migrate, projectionSchema } from '@mps-ledger/read-model';
import { testDatabase } from '@mps-ledger/testing';
import type { TestDatabase } from '@mps-ledger/testing';
import { copyTask } from '../testing/copied-tasks';
import { PlantedLog } from '../testing/planted-log';
import { serve } from '../testing/serve';
import type { ServedQuery } from '../testing/serve';

jest.setTimeout(120_000);

let database: TestDatabase;
let pool: Pool;
let query: ServedQuery;
let log: PlantedLog;
let schema: string;

beforeAll(async () => {
  database = await testDatabase({ template: { name: 'read_model', prepare: (url) => migrate(url, projectionSchema) } });
  pool = database.pool();
  log = new PlantedLog(pool);
  await log.adopt();
  await createTables(pool, [SEARCH], log);
  schema = schemaOf(SEARCH, log);
  query = await serve(database.url, { projections: ['search'] });
});
afterAll(async () => {
  await query.close();
  await database.close();
});

/** A finished task that is found by these words. */
async function plant(taskId: string, words: string, errorCode = 0, account = 'default'): Promise<void> {
  await log.hear({
    ...{ taskId, account },
    facts: [{ type: 'task.finished', data: { kind: 'workflow', error_code: errorCode } }],
  });
  const key = createHash('sha256')
    .update(JSON.stringify([account, taskId]))
    .digest('hex');
  const row = { key, account, received: '2026-11-22T09:00:00Z', words: `${words}\n`, isCut: false };
  await inTransaction(pool, async (client) => {
    await SEARCH.writeRows(client, schema, 0, [row]);
    return ['commit', undefined];
  });
}

async function counts(search: string) {
  const { status, body, headers } = await query.get(`/v1/tasks/counts?${search}`);
  expect([search, status]).toEqual([search, 200]);
  expect(headers.get('ledger-search-lag-events')).toMatch(/^\d+$/);
  return body;
}

it('tasks that are searched for are counted by status and outcome, with any other filter, in the accounts asked for', async () => {
  await plant('good', 'holiday in the alps');
  await plant('bad', 'holiday by the sea', 30010);
  await plant('other', 'holiday', 0, 'other');
  await plant('none', 'working day');
  expect(await counts('q=holiday')).toEqual({
    ...{ total: 3, estimated: false, sample: null },
    counts: [
      { status: 'finished', outcome: 'failed', count: 1 },
      { status: 'finished', outcome: 'undetermined', count: 2 },
    ],
  });
  expect((await counts('q=holiday&outcome=failed')).total).toBe(1);
  expect((await counts('q=holiday&account=other')).total).toBe(1);
  expect((await counts('q=HOLIDAY+by&account=default')).total).toBe(1);
  expect(await counts('q=nowhere')).toEqual({ total: 0, estimated: false, sample: null, counts: [] });
  expect((await query.get('/v1/tasks/counts?q=ab')).body.errors[0].where).toBe('query.q');
});

it('each number is that of the tasks in the list', async () => {
  for (const search of ['q=holiday', 'q=day', 'q=holiday&error_code=30010', 'q=day&status=finished&account=default']) {
    const { body } = await query.get(`/v1/tasks?limit=200&${search}`);
    expect([search, (await counts(search)).total]).toEqual([search, body.items.length]);
  }
});

it('where more than 20,000 are found the number is an estimate, and says so', async () => {
  await plant('many', 'abundance');
  await copyTask(pool, 'many', 25_000);
  await pool.query(
    `INSERT INTO ${schema}.task_words (task_key, account, received, words, trigrams, is_cut)
     SELECT t.task_key, t.account, t.first_received, w.words, w.trigrams, false
     FROM ${projectionSchema}.task t, (SELECT words, trigrams FROM ${schema}.task_words WHERE words LIKE 'abundance%') w
     ON CONFLICT DO NOTHING`,
  );
  const { rows } = await pool.query<{ sampled: number }>(
    `SELECT count(*)::int AS sampled FROM ${schema}.task_words WHERE get_byte(task_key, 0) = 0 AND words LIKE '%abundance%'`,
  );
  const matching = rows[0]?.sampled ?? 0;
  expect(matching).toBeGreaterThan(0);
  const body = await counts('q=abundance');
  expect(body).toMatchObject({ estimated: true, sample: { one_of: 256, matching }, total: matching * 256 });
  expect((await counts('q=abundance&outcome=failed')).estimated).toBe(true);
});

it('without the projection it is 400, as the list is', async () => {
  const off = await serve(database.url);
  const { status, body } = await off.get('/v1/tasks/counts?q=holiday');
  expect([status, body.code]).toEqual([400, 'search-off']);
  await off.close();
});
