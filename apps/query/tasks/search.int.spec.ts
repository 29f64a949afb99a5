import type { Pool } from 'pg';
import { setUpKeys } from '@mps-ledger/api-keys';
import { inTransaction } from '@mps-ledger/database';
import { createTables, schemaOf, SEARCH } from '@mps-ledger/projections';
import { migrate, projectionSchema } from '@mps-ledger/read-model';
import { partitionKey } from '@mps-ledger/records';
import { testDatabase } from '@mps-ledger/testing';
import type { TestDatabase } from '@mps-ledger/testing';
import { makeKey } from '../keys/testing/make-key';
import { copyTask } from '../testing/copied-tasks';
import { PlantedLog } from '../testing/planted-log';
import type { PlantedFact } from '../testing/planted-log';
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
beforeEach(async () => {
  await pool.query(`TRUNCATE ${schema}.task_words, ${projectionSchema}.task, ${projectionSchema}.task_error_code,
    ${projectionSchema}.task_updated`);
});
afterAll(async () => {
  await query.close();
  await database.close();
});

/** A task with what the projection makes of its events. */
async function plant(taskId: string, facts: readonly PlantedFact[], account = 'default'): Promise<void> {
  await log.hear({ taskId, account, facts });
  const records = (log.valuesOf.get(taskId) ?? []).map((value, offset) => ({
    ...{ topic: SEARCH.topic, partition: 0, offset, logged: '2026-11-22T09:00:00Z' },
    key: Buffer.from(partitionKey(account, taskId)),
    value: Buffer.from(value),
    headers: { 'content-type': 'application/cloudevents+json; charset=utf-8' },
  }));
  await inTransaction(pool, async (client) => {
    const { rows } = await SEARCH.toRows(records, client, schema);
    await SEARCH.writeRows(client, schema, 0, rows);
    return ['commit', undefined];
  });
}

const finished = (data: object = {}): PlantedFact => ({ type: 'task.finished', data: { kind: 'workflow', ...data } });
const started = (data: object = {}): PlantedFact => ({ type: 'task.started', data: { kind: 'workflow', ...data } });

async function found(parameters: Record<string, string>, headers: Record<string, string> = {}): Promise<string[]> {
  const { status, body, text } = await query.get(`/v1/tasks?${new URLSearchParams(parameters).toString()}`, headers);
  if (status !== 200) throw new Error(text);
  return body.items.map(({ task_id }: { task_id: string }) => task_id);
}

it('finds tasks by a part of what was ever said of them, whatever the case and the script', async () => {
  await plant('Task-Alpha', [
    started({ session_id: 'Session-1' }),
    finished({ error_code: 30010, message: 'No such 文件夹 here' }),
  ]);
  await plant('beta', [finished({ output: { Path: '/out/100%_done\\x.MP4' } })]);
  expect(await found({ q: 'ALPHA' })).toEqual(['Task-Alpha']);
  expect(await found({ q: 'ession-1' })).toEqual(['Task-Alpha']);
  expect(await found({ q: '30010' })).toEqual(['Task-Alpha']);
  expect(await found({ q: 'such 文件夹' })).toEqual(['Task-Alpha']);
  expect(await found({ q: '文件夹' })).toEqual(['Task-Alpha']);
  expect(await found({ q: 'done\\x.mp4' })).toEqual(['beta']);
  expect(await found({ q: '100%_' })).toEqual(['beta']);
  for (const none of ['100__', 'al%ha', 'task.alpha', 'bet_', 'zzz']) expect(await found({ q: none })).toEqual([]);
});

it('finds inputs and outputs by their place, whole or by its beginning, and does not take one for the other', async () => {
  const cos = { Type: 'COS', CosInputInfo: { Bucket: 'bucket-1', Region: 'r', Object: '/dir/a.mp4' } };
  await plant('a', [started({ input: cos }), finished({ output: { Path: '/out/a/1.mp4' } })]);
  await plant('b', [started({ input: { Type: 'URL', UrlInputInfo: { Url: 'https://host/dir/a.mp4' } } })]);
  expect(await found({ input: 'bucket-1/dir/a.mp4' })).toEqual(['a']);
  expect(await found({ input: 'bucket-1/dir/*' })).toEqual(['a']);
  expect(await found({ input: 'bucket-1/dir/a' })).toEqual([]);
  expect(await found({ input: 'dir/a.mp4' })).toEqual([]);
  expect(await found({ input: 'https://host/dir/a.mp4' })).toEqual(['b']);
  expect(await found({ output: '/out/a/*' })).toEqual(['a']);
  expect(await found({ output: 'bucket-1/dir/a.mp4' })).toEqual([]);
  expect(await found({ q: 'dir/a.mp4' })).toEqual(['b', 'a']);
  const { body } = await query.get('/v1/tasks?input=https://host/*&input=bucket-1/*');
  expect(body.items).toHaveLength(2);
});

it('goes with every filter', async () => {
  await plant('one', [finished({ error_code: 7, message: 'shared text' })]);
  await plant('two', [started({ session_id: 'shared text' })]);
  await plant('three', [finished({ message: 'shared text' })], 'other');
  const q = 'shared';
  expect(await found({ q })).toEqual(['three', 'two', 'one']);
  expect(await found({ q, status: 'finished' })).toEqual(['three', 'one']);
  expect(await found({ q, account: 'other' })).toEqual(['three']);
  expect(await found({ q, error_code: '7' })).toEqual(['one']);
  expect(await found({ q, session_id: 'shared text' })).toEqual(['two']);
  expect(await found({ q, outcome: 'failed', kind: 'workflow', contradicted: 'false', parked: 'false' })).toEqual([
    'one',
  ]);
  expect(await found({ q, received_after: '2030-01-01T00:00:00Z' })).toEqual([]);
  expect(await found({ q, updated_before: '2030-01-01T00:00:00Z', confirmation: 'confirmed' })).toEqual([
    'three',
    'one',
  ]);
});

/** So many copies of the task `base`, each a second older than the one before; of `every`th the words match `needle`. */
async function copies(count: number, every: number): Promise<void> {
  await plant('base', [finished()]);
  await copyTask(pool, 'base', count);
  const time = `timestamptz '2026-01-01T00:00:00Z' - make_interval(secs => n)`;
  const words = `CASE WHEN n % ${every} = 0 THEN E'needle\\n' ELSE E'other\\n' END`;
  await pool.query(`INSERT INTO ${schema}.task_words SELECT sha256(n::text::bytea), 'default', ${time}, ${words},
      CASE WHEN n % ${every} = 0 THEN (SELECT trigrams FROM ${schema}.task_words w WHERE w.words LIKE '%needle%' LIMIT 1) ELSE '{}'::int[] END, false
      FROM generate_series(1, ${count}) n`);
}

/** All pages, and how many there were. */
async function walked(
  parameters: Record<string, string>,
  from: ServedQuery = query,
): Promise<{ ids: string[]; pages: number }> {
  const ids: string[] = [];
  let pages = 0;
  for (let cursor: string | null = ''; cursor !== null; pages += 1) {
    const search = new URLSearchParams(cursor === '' ? parameters : { cursor, limit: parameters['limit'] ?? '50' });
    const { status, body, text } = await from.get(`/v1/tasks?${search.toString()}`);
    if (status !== 200) throw new Error(text);
    ids.push(...body.items.map(({ task_id }: { task_id: string }) => task_id));
    cursor = body.next_cursor as string | null;
  }
  return { ids, pages };
}

it.each([
  ['many, all among the newest', 1_500, 1],
  ['few, which the index names', 12_500, 500],
  ['more than are put in order', 11_000, 1],
])('walks all that match, newest first, each once: %s', async (_, count, every) => {
  await plant('needle-0', [finished({ message: 'needle' })]);
  await copies(count, every);
  const { ids, pages } = await walked({ q: 'needle', limit: '200' });
  const expected = Array.from({ length: Math.floor(count / every) }, (_, n) => `n${(n + 1) * every}`);
  expect(ids).toEqual(['needle-0', ...expected]);
  expect(pages).toBeLessThan(expected.length / 200 + 20);
});

it('walks by time, without the index, where all trigrams of a term are common; a rare one is still looked up', async () => {
  await plant('needle-0', [finished({ message: 'needle' })]);
  await copies(12_500, 500);
  await plant('rare', [finished({ message: 'quux' })]);
  await pool.query(`UPDATE ${schema}.task_words SET received = '2025-01-01T00:00:00Z' WHERE words LIKE '%quux%'`);
  await pool.query(
    `UPDATE ${projectionSchema}.task SET first_received = '2025-01-01T00:00:00Z' WHERE task_id = 'rare'`,
  );
  await pool.query(`ANALYZE ${schema}.task_words`);
  // As if there were so many tasks that what one in 500 has is common.
  await pool.query(`UPDATE pg_class SET reltuples = 1e8 WHERE oid = '${schema}.task_words'::regclass`);
  const asked = await serve(database.url, { projections: ['search'] });
  const expected = ['needle-0', ...Array.from({ length: 25 }, (_, n) => `n${(n + 1) * 500}`)];
  expect(await walked({ q: 'needle', limit: '200' }, asked)).toEqual({ ids: expected, pages: 2 });
  expect(await walked({ q: 'quux', limit: '200' }, asked)).toEqual({ ids: ['rare'], pages: 1 });
  const { body } = await asked.get('/v1/tasks/counts?q=needle');
  expect(body.estimated).toBe(true);
  await asked.close();
});

it('says how far it is behind, and that it is off', async () => {
  await plant('a', [finished()]);
  const { headers } = await query.get('/v1/tasks?q=abc');
  expect(Number(headers.get('ledger-search-lag-events'))).toBeGreaterThan(0);
  await pool.query(
    `UPDATE ${schema}.checkpoint s SET position = c.position FROM ${projectionSchema}.checkpoint c
     WHERE c.topic = s.topic AND c.partition = s.partition`,
  );
  expect((await query.get('/v1/tasks?q=abc')).headers.get('ledger-search-lag-events')).toBe('0');
  expect((await query.get('/v1/tasks')).headers.get('ledger-search-lag-events')).toBeNull();
  const off = await serve(database.url);
  expect(await off.get('/v1/tasks?q=abc')).toMatchObject({ status: 400, body: { code: 'search-off' } });
  await off.close();
});

it.each(['q=ab', `q=${'x'.repeat(201)}`, 'q=%20abc', 'input=ab', 'q=abc&order=updated', 'q=abc&q=abd'])(
  'refuses %s',
  async (parameters) => {
    expect(await query.get(`/v1/tasks?${parameters}`)).toMatchObject({ status: 400, body: { code: 'bad-parameter' } });
  },
);

// Last: with the first key, each request needs one.
it('shows a key of one account the tasks of that one', async () => {
  await plant('one', [finished({ message: 'shared text' })]);
  await plant('three', [finished({ message: 'shared text' })], 'other');
  await setUpKeys(pool);
  const authorization = `Bearer ${await makeKey(pool, 'spec', { accounts: ['other'] })}`;
  const keyed = await serve(database.url, { projections: ['search'] });
  const idsOf = async (parameters: string): Promise<string[]> => {
    const { body } = await keyed.get(`/v1/tasks?${parameters}`, { authorization });
    return body.items.map(({ task_id }: { task_id: string }) => task_id);
  };
  expect(await idsOf('q=shared')).toEqual(['three']);
  expect(await idsOf('q=shared&account=default')).toEqual([]);
  await keyed.close();
});
