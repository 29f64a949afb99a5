import type { Pool } from 'pg';
import { migrate, projectionSchema, readCursorKey, readModelIn } from '@mps-ledger/read-model';
import { testDatabase } from '@mps-ledger/testing';
import type { TestDatabase } from '@mps-ledger/testing';
import { makeCursorSealer } from '../http/cursor';
import { PlantedLog } from '../testing/planted-log';
import type { PlantedFact } from '../testing/planted-log';
import { serve } from '../testing/serve';
import type { ServedQuery } from '../testing/serve';

jest.setTimeout(60_000);

let database: TestDatabase;
let pool: Pool;
let log: PlantedLog;
let query: ServedQuery;

beforeAll(async () => {
  database = await testDatabase({ template: { name: 'read_model', prepare: (url) => migrate(url, projectionSchema) } });
  pool = database.pool();
  log = new PlantedLog(pool);
  await log.adopt();
  query = await serve(database.url);
});

beforeEach(async () => {
  await pool.query(
    'TRUNCATE tasks_v1.task, tasks_v1.task_error_code, tasks_v1.task_updated, tasks_v1.task_state, tasks_v1.subtask, tasks_v1.history, tasks_v1.notification',
  );
});

afterAll(async () => {
  await query.close();
  await database.close();
});

const started = (kind = 'workflow'): PlantedFact => ({ type: 'task.started', data: { kind } });
const finished = (data: object = {}): PlantedFact => ({
  type: 'task.finished',
  data: { kind: 'workflow', status: 'FINISH', ...data },
});

async function ids(search: string): Promise<string[]> {
  const { status, body } = await query.get(`/v1/tasks${search}`);
  expect(status).toBe(200);
  return body.items.map((item: { task_id: string }) => item.task_id) as string[];
}

async function walk(search: string, between: () => Promise<unknown> = () => Promise.resolve()): Promise<string[]> {
  const found: string[] = [];
  for (let next = search; ;) {
    const { status, body, headers } = await query.get(`/v1/tasks${next}`);
    expect(status).toBe(200);
    found.push(...body.items.map((item: { task_id: string }) => item.task_id));
    if (body.next_cursor === null) return found;
    const link = /^<(\?[^>]+)>; rel="next"$/.exec(headers.get('link') ?? '')?.[1] ?? '';
    expect(new URLSearchParams(link).get('cursor')).toBe(body.next_cursor);
    next = link;
    await between();
  }
}

describe('the list of tasks', () => {
  it('is newest first, and keeps that order when more notifications of its tasks are applied', async () => {
    for (const taskId of ['a', 'b', 'c']) await log.hear({ taskId, facts: [started()] });
    await log.hear({ taskId: 'a', facts: [finished()] });
    expect(await ids('')).toEqual(['c', 'b', 'a']);
  });

  it('shows the names of the conventions', async () => {
    await log.hear({ taskId: 'a', facts: [finished({ session_id: 's', error_code: 70000 })] });
    const { body, headers } = await query.get('/v1/tasks');
    expect(body.items).toEqual([
      {
        ...{
          account: 'default',
          task_id: 'a',
          kind: 'workflow',
          status: 'finished',
          error_code: 70000,
          outcome: 'failed',
        },
        ...{ confirmation: 'confirmed', contradicted: false, revised: false, parked: 0, version: 1, session_id: 's' },
        ...{ incomplete: false, error_class: 'unknown', retryable: null },
        ...{ first_received: expect.stringMatching(/Z$/) as string, updated: expect.stringMatching(/Z$/) as string },
      },
    ]);
    expect(headers.get('ledger-position')).toMatch(/^p1\.plantedlog01\.1\./);
    expect(headers.get('ledger-lag-ms')).toMatch(/^(\d+|unknown)$/);
    expect(headers.get('link')).toBeNull();
  });

  it('shows whose error it is, as the task itself does', async () => {
    const codes = { good: 0, service: 'InternalError.X', file: 'SourceFileError', number: 30010 };
    await log.hear({ taskId: 'open', facts: [started()] });
    for (const [taskId, error_code] of Object.entries(codes))
      await log.hear({ taskId, facts: [finished({ error_code })] });
    const { body } = await query.get('/v1/tasks?fields=task_id,error_class,retryable');
    expect(body.items).toEqual([
      { task_id: 'number', error_class: 'unknown', retryable: null },
      { task_id: 'file', error_class: 'source-file', retryable: false },
      { task_id: 'service', error_class: 'service', retryable: true },
      { task_id: 'good', error_class: null, retryable: null },
      { task_id: 'open', error_class: null, retryable: null },
    ]);
    for (const { task_id, ...listed } of body.items as unknown as Record<string, unknown>[])
      expect((await query.get(`/v1/tasks/${String(task_id)}`)).body).toMatchObject(listed);
  });

  it('filters by what a task is', async () => {
    await log.hear({ taskId: 'open', facts: [started('schedule')], received: '2026-11-01T00:00:00.000Z' });
    await log.hear({
      taskId: 'good',
      facts: [finished({ kind: 'edit-media', session_id: 'S 1' })],
      received: '2026-11-02T00:00:00.000Z',
    });
    await log.hear({ taskId: 'bad', facts: [finished({ error_code: 30010 })], received: '2026-11-03T00:00:00.000Z' });
    await log.hear({
      account: 'other',
      taskId: 'good',
      facts: [finished({ kind: 'edit-media' })],
      received: '2026-11-04T00:00:00.000Z',
    });
    expect(await ids('?status=processing')).toEqual(['open']);
    expect(await ids('?outcome=failed')).toEqual(['bad']);
    expect(await ids('?outcome=succeeded')).toEqual(['good', 'good']);
    expect(await ids('?outcome=succeeded&account=default')).toEqual(['good']);
    expect(await ids('?kind=schedule')).toEqual(['open']);
    expect(await ids('?error_code=30010')).toEqual(['bad']);
    expect(await ids('?session_id=S%201')).toEqual(['good']);
    expect(await ids('?session_id=S+1')).toEqual(['good']);
    expect(await ids('?received_after=2026-11-02T00:00:00Z&received_before=2026-11-03T01:00:00%2B01:00')).toEqual([
      'good',
    ]);
    expect(await ids('?status=finished&outcome=undetermined')).toEqual([]);
  });

  it('finds tasks by an error code of the task, of a subtask, or of an end that competes, but by 0 of the task only', async () => {
    const failed = (error_code: number | string, more: object = {}): PlantedFact => ({
      type: 'subtask.failed',
      data: { key: 'Transcode:1:', kind: 'Transcode', error_code, ...more },
    });
    const succeeded = { type: 'subtask.succeeded', data: { key: 'Transcode:1:', kind: 'Transcode' } } as const;
    const long = '\u{1f600}'.repeat(200);
    await log.hear({ taskId: 'own', facts: [finished({ error_code: 30010 }), succeeded] });
    await log.hear({ taskId: 'part', facts: [finished({ session_id: 's' }), failed(30010)] });
    await log.hear({ taskId: 'open', facts: [started(), failed('30010', { key: 'Transcode:2:' }), failed(long)] });
    await log.hear({ taskId: 'twice', facts: [finished(), failed(30010), failed(30010, { message: 'again' })] });
    await log.hear({ taskId: 'rivals', facts: [finished(), failed(70000, { finish_time: '9' }), failed(30010)] });
    await log.hear({ taskId: 'good', facts: [finished(), succeeded] });
    expect(await ids('?error_code=30010')).toEqual(['rivals', 'twice', 'open', 'part', 'own']);
    expect(await walk('?error_code=30010&limit=2')).toEqual(['rivals', 'twice', 'open', 'part', 'own']);
    expect(await ids('?error_code=70000')).toEqual(['rivals']);
    expect(await ids('?error_code=30010&status=processing')).toEqual(['open']);
    expect(await ids('?error_code=30010&session_id=s&account=default')).toEqual(['part']);
    expect(await ids('?error_code=0')).toEqual(['good', 'rivals', 'twice', 'part']);
    expect(await ids(`?error_code=${encodeURIComponent(long)}`)).toEqual(['open']);
    expect(await ids('?error_code=3001')).toEqual([]);
    const { body } = await query.get('/v1/tasks?error_code=30010&limit=1&status=processing');
    expect(body.items).toMatchObject([{ task_id: 'open', error_code: null, status: 'processing' }]);
  });

  it('finds no task by an error code that it no longer shows', async () => {
    const at = (finish_time: string) => ({ finish_time });
    await log.hear({ taskId: 'a', facts: [finished({ error_code: 40000, ...at('2026-11-01T00:00:00.000Z') })] });
    expect(await ids('?error_code=40000&outcome=failed')).toEqual(['a']);
    await log.hear({ taskId: 'a', facts: [finished({ error_code: 50000, ...at('2026-11-02T00:00:00.000Z') })] });
    expect([await ids('?error_code=40000'), await ids('?error_code=50000')]).toEqual([[], ['a']]);
  });

  it('compares the first 200 characters of a session id, and what Postgres cannot hold as it is shown', async () => {
    const long = '任'.repeat(1000);
    await log.hear({ taskId: 'long', facts: [finished({ session_id: long })] });
    await log.hear({ taskId: 'odd', facts: [finished({ session_id: 'a\0b' })] });
    expect(await ids(`?session_id=${encodeURIComponent(long)}`)).toEqual(['long']);
    expect(await ids('?session_id=a%00b')).toEqual(['odd']);
  });

  it.each([
    ['?limit=0', 'query.limit'],
    ['?limit=201', 'query.limit'],
    ['?limit=10&limit=10', 'query.limit'],
    ['?status=FINISH', 'query.status'],
    ['?outcome=', 'query.outcome'],
    ['?kind=Transcode', 'query.kind'],
    ['?account=UPPER', 'query.account'],
    ['?received_after=2026-11-22T09:00:00+08:00', 'query.received_after'],
    ['?at=2026-11-22T09:00:00Z', 'query.at'],
    ['?__proto__=x', 'query.__proto__'],
    ['?cursor=x', 'query.cursor'],
    ['?cursor=', 'query.cursor'],
  ])('refuses %s, saying which parameter and what is allowed', async (search, where) => {
    const { status, body, headers } = await query.get(`/v1/tasks${search}`);
    expect([status, headers.get('content-type')]).toEqual([400, 'application/problem+json']);
    expect(body).toMatchObject({ code: 'bad-parameter', status: 400, errors: [{ where }] });
  });

  it('ends a page early where TaskIds are large, and gets through all the same', async () => {
    const large = 'x'.repeat(3 * 1024 * 1024);
    for (const taskId of ['a', 'b', 'c']) await log.hear({ taskId: taskId + large, facts: [started()] });
    const { body } = await query.get('/v1/tasks');
    expect(body.items).toHaveLength(1);
    expect((await walk('')).map((taskId) => taskId[0])).toEqual(['c', 'b', 'a']);
  });
});

describe('pages', () => {
  const names = Array.from({ length: 11 }, (_, i) => `t-${i}`);

  beforeEach(async () => {
    // Several at one time, so that ties are broken by the key.
    const received = (i: number): string => new Date(Date.UTC(2026, 10, 1) + Math.floor(i / 4)).toISOString();
    for (const [i, taskId] of names.entries())
      await log.hear({ taskId, facts: [i % 2 === 0 ? started() : finished()], received: received(i) });
  });

  it.each([1, 2, 3, 5, 10, 11, 12])('of %d show each task once', async (limit) => {
    const found = await walk(`?limit=${limit}`);
    expect(found).toEqual(await ids(''));
    expect([...found].sort()).toEqual([...names].sort());
  });

  it('keep their filter by the cursor alone', async () => {
    const all = await ids('?status=finished');
    expect(await walk('?status=finished&limit=2')).toEqual(all);
    expect(all).toHaveLength(5);
  });

  it('stay whole when tasks are inserted before, between and behind, and others change', async () => {
    let inserted = 0;
    const meanwhile = async (): Promise<void> => {
      inserted += 1;
      await log.hear({ taskId: `new-${inserted}`, facts: [started()], received: '2026-11-22T00:00:00.000Z' });
      await log.hear({ taskId: `old-${inserted}`, facts: [started()], received: '2026-10-01T00:00:00.000Z' });
      await log.hear({ taskId: 't-0', facts: [finished()] });
    };
    const found = await walk('?limit=3', meanwhile);
    expect(new Set(found).size).toBe(found.length);
    expect(found.filter((taskId) => taskId.startsWith('t-')).sort()).toEqual([...names].sort());
    expect(found.filter((taskId) => taskId.startsWith('new-'))).toEqual([]);
    expect(found.filter((taskId) => taskId.startsWith('old-')).length).toBeGreaterThan(0);
  });

  it('end even if the last task shown was removed', async () => {
    const { body } = await query.get('/v1/tasks?limit=4');
    await pool.query('TRUNCATE tasks_v1.task');
    expect(await ids(`?cursor=${body.next_cursor as string}`)).toEqual([]);
  });

  it('refuse a cursor that was tampered with, of another list, or of another installation', async () => {
    const { body } = await query.get('/v1/tasks?limit=2&status=finished');
    const cursor = body.next_cursor as string;
    const sealer = makeCursorSealer(await readCursorKey(readModelIn(projectionSchema, pool)));
    const content = sealer.open(cursor);
    if (content === null) throw new Error('no cursor');
    const forged = [
      ...[cursor.slice(0, -1), `${cursor}A`, cursor.toLowerCase(), cursor.split('').reverse().join('')],
      makeCursorSealer(Buffer.alloc(32)).seal(content),
      sealer.seal({ ...content, list: 'notifications' }),
      Buffer.from(JSON.stringify(['tasks', {}, content.after])).toString('base64url'),
    ];
    for (const bad of forged) {
      const answer = await query.get(`/v1/tasks?cursor=${bad}`);
      expect([answer.status, answer.body.errors[0].where]).toEqual([400, 'query.cursor']);
    }
    expect((await query.get(`/v1/tasks?cursor=${cursor}`)).status).toBe(200);
  });

  it('refuse a filter that the cursor does not carry, and take one that it does', async () => {
    const { body } = await query.get('/v1/tasks?limit=2&status=finished');
    const cursor = body.next_cursor as string;
    expect((await query.get(`/v1/tasks?cursor=${cursor}&status=finished&limit=1`)).body.items).toHaveLength(1);
    for (const other of ['status=processing', 'kind=workflow', 'account=default']) {
      const { status, body: problem } = await query.get(`/v1/tasks?cursor=${cursor}&${other}`);
      expect([status, problem.errors[0].where]).toEqual([400, `query.${other.split('=')[0]}`]);
      expect(problem.errors[0].detail).toContain('The cursor was made with');
    }
  });
});
