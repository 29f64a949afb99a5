import type { Pool } from 'pg';
import { migrate, projectionSchema } from '@mps-ledger/read-model';
import { testDatabase } from '@mps-ledger/testing';
import type { TestDatabase } from '@mps-ledger/testing';
import { PlantedLog } from '../testing/planted-log';
import type { PlantedFact, PlantedNotification } from '../testing/planted-log';
import { serve } from '../testing/serve';
import type { ServedQuery } from '../testing/serve';

jest.setTimeout(60_000);

let database: TestDatabase;
let pool: Pool;
let query: ServedQuery;

const day = (n: number): string => `2026-11-0${n}T00:00:00.000Z`;
const finished = (data: object = {}): PlantedFact => ({
  type: 'task.finished',
  data: { kind: 'workflow', status: 'FINISH', ...data },
});
const failed = (error_code: number): PlantedFact => ({
  type: 'subtask.failed',
  data: { key: 'Transcode:1:', kind: 'Transcode', error_code },
});
const started: PlantedFact = { type: 'task.started', data: { kind: 'workflow' } };

/** One a day; the first is updated on the ninth day. */
const HEARD: readonly PlantedNotification[] = [
  { taskId: 'open', facts: [started] },
  { taskId: 'good', facts: [finished({ session_id: 's' })] },
  { taskId: 'bad', facts: [finished({ error_code: 30010 }), failed(70000)] },
  { taskId: 'unsure', trust: 'callback-unsigned', facts: [finished()] },
  { taskId: 'torn', facts: [finished(), failed(30010)], account: 'other' },
  { taskId: 'parked', facts: [started, { ...finished(), parked: 'broken' }] },
];

beforeAll(async () => {
  database = await testDatabase({ template: { name: 'read_model', prepare: (url) => migrate(url, projectionSchema) } });
  pool = database.pool();
  const log = new PlantedLog(pool);
  await log.adopt();
  for (const [at, one] of HEARD.entries()) await log.hear({ ...one, received: day(1 + at) });
  const rivals = [
    finished({ error_code: 1 }),
    { type: 'task.finished', data: { kind: 'workflow', output: {} } },
  ] as const;
  await log.hear({ taskId: 'rivals', facts: rivals, received: day(7) });
  await log.hear({ taskId: 'open', facts: [started], received: day(9) });
  query = await serve(database.url);
});

afterAll(async () => {
  await query.close();
  await database.close();
});

async function ids(search: string): Promise<string[]> {
  const { status, body } = await query.get(`/v1/tasks?${search}`);
  expect([search, status]).toEqual([search, 200]);
  return body.items.map((item: { task_id: string }) => item.task_id) as string[];
}

describe('filters of the list of tasks', () => {
  it.each([
    ['status=queued&status=processing', ['parked', 'open']],
    ['outcome=undetermined&outcome=failed&account=default', ['rivals', 'unsure', 'bad', 'good']],
    ['account=other&account=nobody', ['torn']],
    ['confirmation=unconfirmed', ['unsure']],
    ['confirmation=unconfirmed&confirmation=confirmed&status=finished&account=other', ['torn']],
    ['contradicted=true', ['rivals']],
    ['contradicted=false&status=finished&account=default', ['unsure', 'bad', 'good']],
    ['parked=true', ['parked']],
    ['parked=false&status=processing', ['open']],
    ['error_code=30010&error_code=70000', ['torn', 'bad']],
    ['error_code=0&error_code=30010', ['torn', 'unsure', 'bad', 'good']],
    ['session_id=s&session_id=t', ['good']],
    [`updated_after=${day(6)}`, ['rivals', 'parked', 'open']],
    [`updated_before=${day(3)}`, ['good']],
    [`received_before=${day(3)}&updated_after=${day(8)}`, ['open']],
    [`received_after=${day(2)}&updated_before=${day(4)}`, ['bad', 'good']],
    ['order=updated', ['open', 'rivals', 'parked', 'torn', 'unsure', 'bad', 'good']],
    ['order=updated&status=processing&status=finished&outcome=failed', ['rivals', 'torn', 'bad']],
    ['order=updated&error_code=30010&error_code=70000', ['torn', 'bad']],
    [`order=updated&received_before=${day(4)}&updated_after=${day(1)}`, ['open', 'bad', 'good']],
  ])('%s', async (search, wanted) => {
    expect(await ids(search)).toEqual(wanted);
  });

  it('and the order are carried by a cursor, in any order of their values, and refused where they differ', async () => {
    const search = 'status=processing&status=finished&order=updated&limit=2';
    const { body } = await query.get(`/v1/tasks?${search}`);
    const cursor = body.next_cursor as string;
    const rest = await ids(`cursor=${cursor}`);
    expect(rest).toEqual(['parked', 'torn', 'unsure', 'bad', 'good']);
    expect(await ids(`cursor=${cursor}&status=finished&status=processing&order=updated`)).toEqual(rest);
    for (const [differing, where] of [
      ['status=finished', 'query.status'],
      ['order=first_received', 'query.order'],
      ['parked=true', 'query.parked'],
    ]) {
      const refused = await query.get(`/v1/tasks?cursor=${cursor}&${differing}`);
      expect([refused.status, refused.body.errors?.[0]?.where]).toEqual([400, where]);
    }
  });

  it('have the answer to a misspelling, and to a question about the past', async () => {
    const { status, body } = await query.get(
      '/v1/tasks?staus=finished&outcome=suceeded&fields=task_id,staus&at=2026-11-01T00:00:00Z&contradicted=maybe&order=received',
    );
    expect([status, body.code]).toEqual([400, 'bad-parameter']);
    expect(Object.fromEntries(body.errors.map(({ where, detail }: Record<string, string>) => [where, detail]))).toEqual(
      {
        'query.staus': expect.stringMatching(/Did you mean status\?$/) as string,
        'query.outcome': expect.stringMatching(/Did you mean succeeded\?$/) as string,
        'query.fields': expect.stringMatching(/^"staus" was given; .* Did you mean status\?$/) as string,
        'query.at': expect.stringContaining('/v1/tasks/{id}?at=') as string,
        'query.contradicted': '"maybe" was given; it must be one of true, false.',
        'query.order': '"received" was given; it must be one of first_received, updated.',
      },
    );
  });

  it('take twenty values each', async () => {
    const many = (count: number): string => Array.from({ length: count }, (_, n) => `session_id=s${n}`).join('&');
    expect(await ids(many(20))).toEqual([]);
    const { status, body } = await query.get(`/v1/tasks?${many(21)}`);
    expect([status, body.errors[0].detail]).toEqual([400, 'It was given with 21 values; it may have 20 at most.']);
  });
});

describe('fields', () => {
  it('answers a failed subtask and how many failed only where it is asked for', async () => {
    const { body } = await query.get('/v1/tasks?fields=task_id,failed_subtask,outcome&limit=200');
    const items = body.items as { failed_subtask: { count: number } | null; outcome: string | null }[];
    const withFailure = items.filter(({ failed_subtask: failed }) => failed !== null);
    expect(withFailure.length).toBeGreaterThan(0);
    for (const { failed_subtask: failed, outcome } of withFailure) {
      expect(['failed', 'partially-failed']).toContain(outcome);
      expect(Object.keys(failed ?? {})).toEqual([
        ...['kind', 'definition', 'error_code', 'error_code_ext', 'message', 'count'],
      ]);
      expect(failed?.count).toBeGreaterThan(0);
    }
    expect(JSON.stringify((await query.get('/v1/tasks?limit=200')).body)).not.toContain('failed_subtask');
    const { text } = await query.get('/v1/tasks/export?format=csv&fields=task_id,failed_subtask&outcome=failed');
    expect(text).toMatch(/^task_id,failed_subtask,next_cursor\r\n/);
    expect(text).toMatch(/""kind"":/);
  });

  it('are the members that are answered, on each page, in the order of the parameter', async () => {
    const { body, headers } = await query.get('/v1/tasks?fields=status,task_id&limit=2&status=finished');
    expect(JSON.stringify(body.items)).toBe(
      '[{"status":"finished","task_id":"rivals"},{"status":"finished","task_id":"torn"}]',
    );
    const next = /^<(\?[^>]+)>/.exec(headers.get('link') ?? '')?.[1] ?? '';
    expect((await query.get(`/v1/tasks${next}`)).body.items).toEqual([
      { status: 'finished', task_id: 'unsure' },
      { status: 'finished', task_id: 'bad' },
    ]);
  });
});
