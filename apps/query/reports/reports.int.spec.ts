import type { Pool } from 'pg';
import { migrate, projectionSchema, readCursorKey, readModelIn } from '@mps-ledger/read-model';
import { testDatabase } from '@mps-ledger/testing';
import type { TestDatabase } from '@mps-ledger/testing';
import { makeCursorSealer } from '../http/cursor';
import { PlantedLog, type PlantedFact } from '../testing/planted-log';
import { serve } from '../testing/serve';
import type { ServedQuery } from '../testing/serve';

jest.setTimeout(120_000);

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
  const tables = ['task', 'task_state', 'failure', 'error_group', 'error_count', 'usage'];
  await pool.query(`TRUNCATE ${tables.map((name) => `${projectionSchema}.${name}`).join()}`);
});
afterAll(async () => {
  await query.close();
  await database.close();
});

const NOVEMBER = 'ended_after=2026-11-01T00:00:00Z&ended_before=2026-12-01T00:00:00Z';

const failed = (definition: string, given: object, occurred: string | null = null): PlantedFact => ({
  type: 'subtask.failed',
  data: { key: `Transcode:${definition}:`, kind: 'Transcode', definition, ...given },
  occurred,
});
const succeeded = (definition: string, output: object, occurred: string | null = null): PlantedFact => ({
  type: 'subtask.succeeded',
  data: { key: `Transcode:${definition}:`, kind: 'Transcode', definition, output },
  occurred,
});
const finished = (given: object = {}, occurred: string | null = null): PlantedFact => ({
  type: 'task.finished',
  data: { kind: 'workflow', ...given },
  occurred,
});

async function errors(filter = ''): Promise<ServedAnswer> {
  const { status, body } = await query.get(`/v1/errors?${NOVEMBER}${filter}`);
  expect(status).toBe(200);
  return body;
}
async function usage(filter = ''): Promise<ServedAnswer> {
  const { status, body } = await query.get(`/v1/usage?${filter}`);
  expect(status).toBe(200);
  return body;
}
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- specs look into answers member by member
type ServedAnswer = any;

describe('errors', () => {
  it('are grouped by kind, template, code, class and what messages have in common, with hours, times and samples', async () => {
    const time = (hour: number) => `2026-11-20T${String(hour).padStart(2, '0')}:30:00.000Z`;
    const say = (n: number) => ({
      error_code: 30010,
      error_code_ext: 'InternalError.X',
      message: `job ${n} timed out`,
    });
    await log.hear({ taskId: 'a', facts: [failed('10', say(1), time(1)), finished()] });
    await log.hear({ taskId: 'b', facts: [failed('10', say(2), time(3)), finished()] });
    await log.hear({ taskId: 'c', facts: [failed('10', say(3), '2026-11-20T03:10:00.000Z'), finished()] });
    await log.hear({ taskId: 'd', facts: [failed('20', say(4), time(4)), finished()] });
    await log.hear({ taskId: 'e', facts: [finished({ error_code: 'E', message: 'no' }, time(5))] });
    await log.hear({ taskId: 'f', facts: [succeeded('10', {}), finished()] });
    const { failures, groups, items, ended_after, ended_before, next_cursor } = await errors();
    expect({ failures, groups, ended_after, ended_before, next_cursor }).toEqual({
      ...{ failures: 5, groups: 3, next_cursor: null },
      ...{ ended_after: '2026-11-01T00:00:00.000Z', ended_before: '2026-12-01T00:00:00.000Z' },
    });
    expect(items[0]).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
      ...{ kind: 'workflow', subtask_kind: 'Transcode', definition: '10', error_code: 30010 },
      ...{ error_class: 'service', retryable: true, message: 'job <n> timed out', count: 3 },
      ...{ first_seen: time(1), last_seen: time(3) },
      hours: [
        { start: '2026-11-20T01:00:00.000Z', count: 1 },
        { start: '2026-11-20T03:00:00.000Z', count: 2 },
      ],
      sample_tasks: ['b', 'c', 'a'].map((task_id) => ({ account: 'default', task_id })),
    });
    const others = new Map(items.slice(1).map((item: ServedAnswer) => [item.subtask_kind, item]));
    expect(others.get('Transcode')).toMatchObject({ definition: '20', count: 1, first_seen: time(4) });
    expect(others.get(null)).toMatchObject({
      ...{ definition: null, error_code: 'E', error_class: 'unknown', retryable: null, message: 'no', count: 1 },
    });
  });

  it('end at their finish time, else that of the task, else when the task was first received', async () => {
    const received = '2026-11-22T07:00:00.000Z';
    await log.hear({
      taskId: 'own',
      received,
      facts: [failed('1', {}, '2026-11-21T05:00:00.000Z'), finished({}, '2026-11-21T06:00:00.000Z')],
    });
    await log.hear({ taskId: 'task', received, facts: [failed('2', {}), finished({}, '2026-11-21T06:00:00.000Z')] });
    await log.hear({ taskId: 'none', received, facts: [failed('3', {}), finished()] });
    const seen = new Map((await errors()).items.map((item: ServedAnswer) => [item.definition, item.first_seen]));
    expect([...seen].sort()).toEqual([
      ['1', '2026-11-21T05:00:00.000Z'],
      ['2', '2026-11-21T06:00:00.000Z'],
      ['3', received],
    ]);
  });

  it('are counted in whole hours of the time that is asked for', async () => {
    for (const [n, hour] of ['19T23:59:59', '20T00:00:00', '20T05:10:00', '21T00:00:00', '21T03:59:59'].entries())
      await log.hear({ taskId: `t${n}`, facts: [failed('1', {}, `2026-11-${hour}.000Z`)] });
    const of = async (after: string, before: string) =>
      (await query.get(`/v1/errors?ended_after=2026-11-${after}Z&ended_before=2026-11-${before}Z`)).body
        .failures as number;
    expect(await of('19T23:00:00', '21T04:00:00')).toBe(5);
    expect(await of('19T23:00:01', '21T03:00:00')).toBe(3);
    expect(await of('20T00:00:00', '21T00:00:00')).toBe(2);
    expect(await of('20T05:00:00', '20T05:00:01')).toBe(1);
    expect(await of('20T06:00:00', '20T23:00:00')).toBe(0);
    expect(await of('21T00:00:00', '20T00:00:00')).toBe(0);
    const { items } = (await query.get('/v1/errors?ended_after=2026-11-20T00:00:00Z&ended_before=2026-11-21T00:00:00Z'))
      .body;
    expect(items[0]).toMatchObject({ first_seen: '2026-11-20T00:00:00.000Z', last_seen: '2026-11-20T05:10:00.000Z' });
  });

  it('vanish where a better claim takes their place, and move where it moves them', async () => {
    const message = 'm';
    await log.hear({ taskId: 'a', trust: 'file', facts: [failed('1', { message }, '2026-11-20T01:00:00.000Z')] });
    expect(await errors()).toMatchObject({ failures: 1, groups: 1 });
    await log.hear({ taskId: 'a', facts: [failed('1', { message, error_code: 7 }, '2026-11-20T02:00:00.000Z')] });
    expect((await errors()).items).toMatchObject([{ error_code: 7, count: 1, first_seen: '2026-11-20T02:00:00.000Z' }]);
    await log.hear({ taskId: 'a', trust: 'queue', facts: [succeeded('1', {}, '2026-11-20T03:00:00.000Z')] });
    expect(await errors()).toMatchObject({ failures: 0, groups: 0, items: [] });
    for (const table of ['failure', 'error_group', 'error_count'])
      expect((await pool.query(`SELECT FROM ${projectionSchema}.${table}`)).rowCount).toBe(0);
  });

  it('count each failed twin', async () => {
    const key = { key: 'Transcode:1:', kind: 'Transcode', definition: '1' };
    await log.hear({
      taskId: 'a',
      facts: [
        { type: 'subtask.counted', data: { ...key, total: 4, succeeded: 1, failed: 3 } },
        failed('1', { error_code: 1 }),
        failed('1', { error_code: 2 }),
        succeeded('1', { Duration: 2 }),
        finished(),
      ],
    });
    expect((await errors()).items.map(({ count }: ServedAnswer) => count)).toEqual([2, 1]);
    expect((await usage()).total).toMatchObject({ tasks: 1, subtasks: 4, failed_subtasks: 3, output_seconds: 2 });
  });

  it.each([
    ['account=default', 3],
    ['account=other', 1],
    ['account=other&account=default', 4],
    ['account=nobody', 0],
    ['kind=schedule', 1],
    ['subtask_kind=Transcode', 3],
    ['definition=2', 1],
    ['error_code=5&error_code=6', 2],
    ['error_class=source-file', 1],
    ['error_class=source-file&definition=1', 0],
  ])('that %s asks for are %i', async (filter, count) => {
    await log.hear({ taskId: 'a', facts: [failed('1', { error_code: 5 }), finished()] });
    await log.hear({
      taskId: 'b',
      facts: [failed('2', { error_code: 6, error_code_ext: 'SourceFileError' }), finished()],
    });
    await log.hear({ taskId: 'c', facts: [finished({ kind: 'schedule', error_code: 9 })] });
    await log.hear({ taskId: 'd', account: 'other', facts: [failed('1', { error_code: 8 })] });
    const { failures, items } = await errors(`&${filter}`);
    expect([failures, items.reduce((sum: number, { count: one }: { count: number }) => sum + one, 0)]).toEqual([
      count,
      count,
    ]);
  });

  it('are walked page by page, each group once', async () => {
    for (let n = 0; n < 7; n += 1)
      for (let task = 0; task <= n % 3; task += 1)
        await log.hear({ taskId: `${n}-${task}`, facts: [failed(String(n), {})] });
    const all = (await errors()).items;
    const walked: unknown[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: ServedAnswer = await errors(`&limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`);
      expect([page.groups, page.items.length > 0]).toEqual([7, true]);
      walked.push(...page.items);
      cursor = page.next_cursor as string | null;
    }
    expect(walked).toEqual(all);
    expect(walked).toHaveLength(7);
  });

  it('show TaskIds exactly, and messages of any content', async () => {
    const taskId = '\ud800/\0';
    await log.hear({ taskId, facts: [failed('1', { message: '\ud800\0 \u001e <b>' })] });
    const [item] = (await errors()).items;
    expect(item.sample_tasks).toEqual([{ account: 'default', task_id: taskId }]);
    expect(item.message).toContain('<b>');
  });

  it('are those of 30 days where no beginning is given; more than 31 are refused', async () => {
    const { body } = await query.get('/v1/errors?ended_before=2026-11-30T00:00:00Z');
    expect(body).toMatchObject({ ended_after: '2026-10-31T00:00:00.000Z', ended_before: '2026-11-30T00:00:00.000Z' });
    const now = (await query.get('/v1/errors')).body;
    expect(Math.abs(Date.now() - Date.parse(now.ended_after as string) - 30 * 86_400_000)).toBeLessThan(7_200_000);
    const { status, body: problem } = await query.get(
      '/v1/errors?ended_after=2026-01-01T00:00:00Z&ended_before=2026-02-02T00:00:00Z',
    );
    expect([status, problem.code, problem.errors[0].where]).toEqual([400, 'bad-parameter', 'query.ended_before']);
    for (const time of ['0001-01-01T00:00:00Z', '9999-12-31T23:59:59Z'])
      expect((await query.get(`/v1/errors?ended_before=${time}`)).status).toBe(200);
    expect((await query.get('/v1/errors?ended_after=9999-12-31T23:59:59Z')).status).toBe(200);
  });
});

describe('usage', () => {
  const plant = async (): Promise<void> => {
    const day = (n: number) => `2026-11-${n}T10:00:00.000Z`;
    await log.hear({
      taskId: 'a',
      facts: [succeeded('1', { Duration: 60.5, Size: 1000 }, day(20)), failed('2', {}, day(20)), finished({}, day(20))],
    });
    await log.hear({
      taskId: 'b',
      facts: [succeeded('1', { Duration: 0.1, Size: 1 }, day(21)), finished({ error_code: 1 }, day(21))],
    });
    await log.hear({
      ...{ taskId: 'c', account: 'other' },
      facts: [finished({ kind: 'edit-media', output: { MetaData: { Duration: 3, Size: 7 } } }, day(21))],
    });
    await log.hear({ taskId: 'd', facts: [{ type: 'task.started', data: { kind: 'workflow' } }] });
  };
  const sums = (
    tasks: number,
    failed_tasks: number,
    subtasks: number,
    failed_subtasks: number,
    output_seconds: number,
    output_bytes: number,
  ) => ({
    ...{ tasks, failed_tasks, subtasks, failed_subtasks, output_seconds },
    ...{ output_minutes: output_seconds / 60, output_bytes },
  });

  it('is told apart by day, kind and template, newest days first, with a total', async () => {
    await plant();
    const { total, items, next_cursor } = await usage();
    expect([total, next_cursor]).toEqual([sums(3, 1, 3, 1, 63.6, 1008), null]);
    const of = (day: string, kind: string, subtask_kind: string | null, definition: string | null) => ({
      ...{ day, kind, subtask_kind, definition },
    });
    expect(items).toEqual([
      { ...of('2026-11-21', 'edit-media', null, null), ...sums(1, 0, 0, 0, 3, 7) },
      { ...of('2026-11-21', 'workflow', null, null), ...sums(1, 1, 0, 0, 0, 0) },
      { ...of('2026-11-21', 'workflow', 'Transcode', '1'), ...sums(0, 0, 1, 0, 0.1, 1) },
      { ...of('2026-11-20', 'workflow', null, null), ...sums(1, 0, 0, 0, 0, 0) },
      { ...of('2026-11-20', 'workflow', 'Transcode', '1'), ...sums(0, 0, 1, 0, 60.5, 1000) },
      { ...of('2026-11-20', 'workflow', 'Transcode', '2'), ...sums(0, 0, 1, 1, 0, 0) },
    ]);
  });

  it.each([
    ['by=account', ['other', 'default'].sort()],
    ['by=kind', ['edit-media', 'workflow']],
    ['by=day', ['2026-11-21', '2026-11-20']],
    ['by=definition', [null, '1', '2']],
  ])('is told apart by other members: %s', async (by, expected) => {
    await plant();
    const name = by.slice(3);
    const { items, total } = await usage(by);
    expect(items.map((item: ServedAnswer) => item[name])).toEqual(expected);
    for (const sum of ['tasks', 'subtasks', 'output_bytes'])
      expect(items.reduce((all: number, item: Record<string, number>) => all + item[sum]!, 0)).toBe(total[sum]);
  });

  it.each([
    ['account=other', 1],
    ['kind=workflow', 2],
    ['definition=1', 0],
    ['ended_after=2026-11-21T00:00:00Z', 2],
    ['ended_after=2026-11-20T00:00:01Z', 2],
    ['ended_before=2026-11-21T00:00:00Z', 1],
    ['ended_before=2026-11-21T00:00:01Z', 3],
    ['ended_before=0001-01-01T00:00:00Z', 0],
    ['ended_after=9999-12-31T23:59:59Z', 0],
  ])('of %s has %i tasks', async (filter, tasks) => {
    await plant();
    expect((await usage(filter)).total.tasks).toBe(tasks);
  });

  it.each([
    '',
    'by=day',
    'by=definition,subtask_kind',
    'by=account&account=default&account=other',
    'by=day,account,kind,subtask_kind,definition',
  ])('is walked page by page: %s', async (by) => {
    await plant();
    const { items: all, total } = await usage(by);
    const walked: unknown[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: ServedAnswer = await usage(`${by}&limit=1${cursor === '' ? '' : `&cursor=${cursor}`}`);
      expect([page.total, page.items.length]).toEqual([total, 1]);
      walked.push(...page.items);
      cursor = page.next_cursor as string | null;
    }
    expect(walked).toEqual(all);
  });

  it('without anything is empty sums', async () => {
    expect(await usage()).toEqual({ total: sums(0, 0, 0, 0, 0, 0), items: [], next_cursor: null });
  });

  describe('as CSV', () => {
    const SUMS = 'tasks,failed_tasks,subtasks,failed_subtasks,output_seconds,output_minutes,output_bytes,next_cursor';
    const csv = async (asked: string) => {
      const { status, headers, text } = await query.get(`/v1/usage?format=csv&${asked}`);
      expect([status, headers.get('content-type')]).toEqual([200, 'text/csv; charset=utf-8; header=present']);
      return { lines: text.split('\r\n'), link: headers.get('link'), tag: headers.get('etag') };
    };

    it('has the members of the items as columns, and no total', async () => {
      await plant();
      expect((await csv('')).lines).toEqual([
        `day,kind,subtask_kind,definition,${SUMS}`,
        '2026-11-21,edit-media,,,1,0,0,0,3,0.05,7,',
        '2026-11-21,workflow,,,1,1,0,0,0,0,0,',
        `2026-11-21,workflow,Transcode,1,0,0,1,0,0.1,${0.1 / 60},1,`,
        '2026-11-20,workflow,,,1,0,0,0,0,0,0,',
        `2026-11-20,workflow,Transcode,1,0,0,1,0,60.5,${60.5 / 60},1000,`,
        '2026-11-20,workflow,Transcode,2,0,0,1,1,0,0,0,end',
        '',
      ]);
      expect((await csv('by=kind,day&kind=edit-media')).lines.slice(0, 2)).toEqual([
        `day,kind,${SUMS}`,
        '2026-11-21,edit-media,1,0,0,0,3,0.05,7,end',
      ]);
    });

    it('is walked page by page, by the cursor in the last row or by Link', async () => {
      await plant();
      const whole = (await csv('by=definition')).lines;
      const first = await csv('by=definition&limit=2');
      const [, cursor = ''] = /,([\w-]{20,})$/.exec(first.lines[2] ?? '') ?? [];
      expect(first.link).toBe(`<?cursor=${cursor}&limit=2&format=csv>; rel="next"`);
      const second = await csv(`cursor=${cursor}&limit=2`);
      const rows = [first, second].flatMap(({ lines }) => lines.slice(1, -1));
      expect(rows.map((row) => row.replace(cursor, ''))).toEqual(whole.slice(1, -1));
      expect([second.link, second.lines.at(-2)?.endsWith(',end')]).toEqual([null, true]);
      const json = await query.get(`/v1/usage?cursor=${cursor}`);
      expect([json.status, json.body.items.length]).toEqual([200, 1]);
    });

    it('has no cell that a spreadsheet takes for a formula, and quotes what needs it', async () => {
      const hostile = ['=1+1', '+1', '-1', '@SUM(1)', '\t=1', 'a"b', 'a,b', 'a\r\nb'];
      for (const [n, definition] of hostile.entries())
        await log.hear({ taskId: `h${n}`, facts: [succeeded(definition, {}), finished()] });
      const { text } = await query.get('/v1/usage?format=csv&by=definition');
      for (const cell of ["'=1+1", "'+1", "'-1", "'@SUM(1)", '"a""b"', '"a,b"']) expect(text).toContain(`\r\n${cell},`);
      expect(text).not.toMatch(/^"?[=+@-]/m);
    });

    it('without anything is a header; a tag knows it, another one than that of JSON', async () => {
      const { lines, tag } = await csv('');
      expect(lines).toEqual([`day,kind,subtask_kind,definition,${SUMS}`, '']);
      const again = await query.get('/v1/usage?format=csv', { 'if-none-match': tag ?? '' });
      expect(again.status).toBe(304);
      expect((await query.get('/v1/usage', { 'if-none-match': tag ?? '' })).status).toBe(200);
    });

    it('is on one page for a month of many templates', async () => {
      await pool.query(
        `INSERT INTO ${projectionSchema}.usage SELECT '2026-11-01'::timestamptz + day * interval '1 day', 'default', 'workflow', 'Transcode',
           definition::text, 0, 0, 0, 1, 0, 0, 0 FROM generate_series(0, 29) day, generate_series(1, 30) definition`,
      );
      expect((await csv('limit=1000')).lines).toHaveLength(902);
      expect((await query.get('/v1/usage?limit=1001')).body.errors[0].where).toBe('query.limit');
    });
  });
});

describe('a cursor', () => {
  it.each([
    ['errors', { ended_after: '2026-11-01T00:00:00Z' }, ['2', 'a'.repeat(32)]],
    ['usage', { by: ['kind', 'day'] }, ['2026-11-20T00:00:00.000000Z', '', 'workflow', '', '']],
  ])('of %s holds a place that there can be, and a filter that parameters can express', async (list, filter, after) => {
    const sealer = makeCursorSealer(await readCursorKey(readModelIn(projectionSchema, pool)));
    const statusOf = async (changed: object): Promise<number> =>
      (await query.get(`/v1/${list}?cursor=${sealer.seal({ list, filter, after, ...changed })}`)).status;
    expect(await statusOf({})).toBe(200);
    for (const text of ['\0', '\ud800', 'x'.repeat(401)])
      for (const at of after.keys())
        expect([text, at, await statusOf({ after: after.with(at, text) })]).toEqual([text, at, 400]);
    for (const text of ['', '-1', '1e9', '9'.repeat(30), '2026-02-30T00:00:00.000000Z', 'infinity'])
      expect([text, await statusOf({ after: after.with(0, text) })]).toEqual([text, 400]);
    expect(await statusOf({ after: after.slice(1) })).toBe(400);
    expect(await statusOf({ list: 'tasks' })).toBe(400);
    for (const name of ['kind', 'by', 'ended_before', 'no_such', 'limit'])
      expect([name, await statusOf({ filter: { [name]: 'x' } })]).toEqual([name, 400]);
  });
});
