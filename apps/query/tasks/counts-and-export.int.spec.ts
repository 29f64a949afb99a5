import { get } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import type { Pool } from 'pg';
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

beforeAll(async () => {
  database = await testDatabase({ template: { name: 'read_model', prepare: (url) => migrate(url, projectionSchema) } });
  pool = database.pool();
  log = new PlantedLog(pool);
  await log.adopt();
  query = await serve(database.url);
});
beforeEach(async () => {
  await pool.query(
    `TRUNCATE ${['task', 'task_error_code', 'task_updated'].map((name) => `${projectionSchema}.${name}`).join()}`,
  );
});
afterAll(async () => {
  await query.close();
  await database.close();
});

const finished = (data: object = {}) => ({ type: 'task.finished' as const, data: { kind: 'workflow', ...data } });
const started = { type: 'task.started' as const, data: { kind: 'workflow' } };

describe('counts', () => {
  it('are those of the tasks that match, by status and outcome', async () => {
    await log.hear({ taskId: 'a', facts: [finished()] });
    await log.hear({ taskId: 'b', facts: [finished({ error_code: 5 })] });
    await log.hear({ taskId: 'c', account: 'other', facts: [started] });
    const all = (await query.get('/v1/tasks/counts')).body;
    expect(all).toEqual({
      ...{ total: 3, estimated: false, sample: null },
      counts: [
        { status: 'finished', outcome: 'failed', count: 1 },
        { status: 'finished', outcome: 'undetermined', count: 1 },
        { status: 'processing', outcome: null, count: 1 },
      ],
    });
    const of = async (filter: string) => (await query.get(`/v1/tasks/counts?${filter}`)).body.total;
    expect(await of('account=other')).toBe(1);
    expect(await of('error_code=5&error_code=0')).toBe(2);
    expect(await of('outcome=failed&account=default&status=finished')).toBe(1);
    expect(await of('updated_after=2030-01-01T00:00:00Z')).toBe(0);
    expect(await of('received_before=2030-01-01T00:00:00Z&updated_before=2030-01-01T00:00:00Z')).toBe(3);
    expect((await query.get('/v1/tasks/counts?at=2026-01-01T00:00:00Z')).status).toBe(400);
  });

  it('are exact of 100,000 tasks, and are estimates beyond that, which they say, and how', async () => {
    await log.hear({ taskId: 'a', facts: [finished()] });
    await copyTask(pool, 'a', 99_999);
    expect((await query.get('/v1/tasks/counts')).body).toMatchObject({ total: 100_000, estimated: false });
    await log.hear({ taskId: 'b', facts: [finished({ error_code: 5 })] });
    await pool.query(
      `INSERT INTO ${projectionSchema}.task_updated SELECT (jsonb_populate_record(u, jsonb_build_object(
         'task_key', '\\x' || encode(sha256('x' || encode(task_key, 'hex')::bytea), 'hex')))).* FROM ${projectionSchema}.task_updated u WHERE outcome = 'undetermined'`,
    );
    const { total, estimated, sample } = (await query.get('/v1/tasks/counts')).body;
    expect([estimated, sample.one_of, sample.matching * 256]).toEqual([true, 256, total]);
    expect(total).toBeGreaterThan(160_000);
    expect(total).toBeLessThan(240_000);
    expect((await query.get('/v1/tasks/counts?outcome=failed')).body).toMatchObject({ total: 1, estimated: false });
  });
});

describe('an export', () => {
  const linesOf = (text: string): { task_id: string; next_cursor?: string | null }[] =>
    text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));
  const expected = (count: number): string[] => ['a', ...Array.from({ length: count }, (_, n) => `n${n + 1}`)];

  it('has every task that matches once, newest first, and says where to go on', async () => {
    await log.hear({ taskId: 'a', facts: [finished()] });
    await log.hear({ taskId: 'other', facts: [started] });
    await copyTask(pool, 'a', 2_500);
    const { status, headers, text } = await query.get('/v1/tasks/export?status=finished');
    expect([status, headers.get('content-type')]).toEqual([200, 'application/x-ndjson; charset=utf-8']);
    expect(headers.get('ledger-position')).toMatch(/^p1\./);
    const lines = linesOf(text);
    expect(lines.map(({ task_id }) => task_id)).toEqual(expected(2_500));
    const cursors = lines.flatMap(({ next_cursor }, at) => (next_cursor === undefined ? [] : [[at, next_cursor]]));
    expect(cursors.map(([at]) => at)).toEqual([999, 1999, 2500]);
    expect(cursors.at(-1)?.[1]).toBeNull();
    const rest = linesOf((await query.get(`/v1/tasks/export?cursor=${String(cursors[0]?.[1])}`)).text);
    expect(rest.map(({ task_id }) => task_id)).toEqual(expected(2_500).slice(1000));
  });

  it('can be gone on with after it was cut off, with no task missing and none twice', async () => {
    await log.hear({ taskId: 'a', facts: [finished()] });
    await copyTask(pool, 'a', 5_000);
    const begun = await cutOff(`${query.url}/v1/tasks/export`, 500_000);
    const whole = begun.slice(0, begun.lastIndexOf('\n'));
    const lines = linesOf(whole);
    const last = lines.findLastIndex(({ next_cursor }) => next_cursor !== undefined);
    expect(last).toBeGreaterThan(0);
    const rest = linesOf((await query.get(`/v1/tasks/export?cursor=${lines[last]?.next_cursor ?? ''}`)).text);
    expect([...lines.slice(0, last + 1), ...rest].map(({ task_id }) => task_id)).toEqual(expected(5_000));
  });

  it('is compressed for those who accept it, and reads no more than they take', async () => {
    await log.hear({ taskId: 'a', facts: [finished()] });
    await copyTask(pool, 'a', 3_000);
    const bytes = await new Promise<Buffer>((resolve, reject) => {
      get(`${query.url}/v1/tasks/export`, { headers: { 'accept-encoding': 'gzip' } }, (answer) => {
        const parts: Buffer[] = [];
        answer.on('data', (part: Buffer) => parts.push(part));
        answer.on('end', () => resolve(Buffer.concat(parts)));
        expect(answer.headers['content-encoding']).toBe('gzip');
      }).on('error', reject);
    });
    expect(linesOf(gunzipSync(bytes).toString())).toHaveLength(3_001);
  });

  it('as CSV has a header, the fields that are asked for, and no cell that a spreadsheet takes for a formula', async () => {
    const nasty = ['=cmd|x', '+1', '-1', '@x', 'with "quotes", and\nlines', 'plain'];
    for (const taskId of nasty) await log.hear({ taskId, facts: [finished()] });
    const { headers, text } = await query.get('/v1/tasks/export?format=csv&fields=task_id,status,error_code');
    expect(headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present');
    const rows = parse<Record<string, string>>(text, { columns: true });
    expect(Object.keys(rows[0] ?? {})).toEqual(['task_id', 'status', 'error_code', 'next_cursor']);
    expect(rows.map(({ task_id }) => task_id)).toEqual(
      [...nasty].reverse().map((id) => (/^[=+\-@]/.test(id) ? `'${id}` : id)),
    );
    expect(rows.map(({ next_cursor }) => next_cursor)).toEqual(['', '', '', '', '', 'end']);
  });

  it('of nothing is empty, of a wrong format is refused, and asked by HEAD has no body', async () => {
    expect((await query.get('/v1/tasks/export')).text).toBe('');
    expect((await query.get('/v1/tasks/export?format=xml')).status).toBe(400);
    expect((await query.get('/v1/tasks/export?cursor=abc')).status).toBe(400);
    const { status, text } = await query.get('/v1/tasks/export', {}, { method: 'HEAD' });
    expect([status, text]).toEqual([200, '']);
  });

  it('gives its turn back, however it ends', async () => {
    await log.hear({ taskId: 'a', facts: [finished()] });
    await copyTask(pool, 'a', 5_000);
    for (let n = 0; n < 10; n += 1) await cutOff(`${query.url}/v1/tasks/export`, 1_000);
    for (let n = 0; n < 6; n += 1) await query.get('/v1/tasks/export', {}, { method: 'HEAD' });
    expect(linesOf((await query.get('/v1/tasks/export')).text)).toHaveLength(5_001);
  });
});

/** The text of an answer up to about so many bytes; then the connection is cut. */
function cutOff(url: string, bytes: number): Promise<string> {
  return new Promise((resolve, reject) => {
    get(url, (answer: IncomingMessage) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (part: string) => {
        text += part;
        if (text.length > bytes) answer.destroy();
      });
      answer.on('close', () => resolve(text));
    }).on('error', reject);
  });
}
