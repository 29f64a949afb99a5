import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { interpret, taskIdIn } from '@mps-ledger/mps';
import { migrate, projectionSchema } from '@mps-ledger/read-model';
import { positionCheck } from '@mps-ledger/records';
import { testDatabase } from '@mps-ledger/testing';
import type { TestDatabase } from '@mps-ledger/testing';
import { PlantedLog } from '../testing/planted-log';
import type { PlantedFact } from '../testing/planted-log';
import { serve } from '../testing/serve';
import type { ServedQuery } from '../testing/serve';
import { spelled } from '../testing/spelled';

jest.setTimeout(60_000);

let database: TestDatabase;
let log: PlantedLog;
let query: ServedQuery;

beforeAll(async () => {
  database = await testDatabase({ template: { name: 'read_model', prepare: (url) => migrate(url, projectionSchema) } });
  log = new PlantedLog(database.pool());
  await log.adopt();
  query = await serve(database.url);
});

afterAll(async () => {
  await query.close();
  await database.close();
});

const FINISHED: PlantedFact = { type: 'task.finished', data: { kind: 'workflow', status: 'FINISH' } };
const pathOf = (taskId: string): string => `/v1/tasks/${encodeURIComponent(taskId)}`;

/** Asks without a client that would tidy the path up. */
async function askPlainly(path: string, method = 'GET'): Promise<string> {
  const socket = connect(query.http.port, '127.0.0.1');
  socket.write(`${method} ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

describe('one task', () => {
  it('is answered with the names of the conventions, and with what it shows at its end', async () => {
    await log.hear({
      taskId: 'named',
      facts: [
        {
          type: 'task.finished',
          data: { kind: 'workflow', status: 'FINISH', session_id: 's', input: { Type: 'COS' } },
        },
        { type: 'media.probed', data: { metadata: { Width: 1, ['__proto__']: 2 } } },
        {
          type: 'subtask.succeeded',
          data: { key: 'Transcode:20:', kind: 'Transcode', definition: '20', output: { Path: '/x' } },
        },
        {
          type: 'subtask.failed',
          data: { key: 'Transcode:30:', kind: 'Transcode', error_code: 30010, error_code_ext: 'E', message: 'no' },
        },
      ],
    });
    const { status, body, text } = await query.get(pathOf('named'));
    expect(status).toBe(200);
    expect(Object.keys(body as object).sort()).toEqual(
      [
        ...[
          'account',
          'task_id',
          'kind',
          'status',
          'error_code',
          'error_class',
          'retryable',
          'error_note',
          'message',
          'outcome',
          'outcome_reason',
          'confirmation',
        ],
        ...[
          'contradicted',
          'revised',
          'parked',
          'incomplete',
          'version',
          'session_id',
          'session_context',
          'input',
          'output',
          'metadata',
        ],
        ...['live', 'first_received', 'updated', 'state_digest', 'subtasks'],
      ].sort(),
    );
    expect(body).toMatchObject({
      ...{ account: 'default', task_id: 'named', kind: 'workflow', status: 'finished', error_code: 0 },
      ...{ outcome: 'partially-failed', confirmation: 'confirmed', parked: 0, version: 1, session_id: 's' },
      ...{ input: { Type: 'COS' }, output: null },
    });
    expect(text).toContain('"metadata":{"Width":1,"__proto__":2}');
    const { subtasks } = body as { subtasks: object[] };
    expect(Object.keys(subtasks[0] ?? {}).sort()).toEqual(
      [
        ...[
          'key',
          'kind',
          'definition',
          'status',
          'progress',
          'error_code',
          'error_code_ext',
          'error_class',
          'retryable',
          'error_note',
          'message',
          'input',
          'output',
        ],
        ...['contradicted', 'revised', 'superseded', 'twins', 'ends'],
      ].sort(),
    );
    expect(subtasks).toMatchObject([
      { status: 'succeeded', progress: 100 },
      { status: 'failed', error_code: 30010 },
    ]);
  });

  it('says whose error a failure is, and whether a retry can help', async () => {
    const codes = ['InvalidInput.DefinitionNotExist', 'SourceFileError.NoVideoResolutio', 'InternalError', '__proto__'];
    const facts = codes.map((error_code_ext, at): PlantedFact => ({
      type: 'subtask.failed',
      data: { key: `Transcode:${at}:`, kind: 'Transcode', error_code: 70000, error_code_ext },
    }));
    await log.hear({ taskId: 'classified', facts: [FINISHED, ...facts] });
    expect((await query.get(pathOf('classified'))).body).toMatchObject({
      ...{ error_class: null, retryable: null, error_note: null },
      subtasks: [
        { error_class: 'invalid-input', retryable: false, error_code_ext: codes[0], error_code: 70000 },
        { error_class: 'source-file', retryable: false },
        { error_class: 'service', retryable: true },
        { error_class: 'unknown', retryable: null, error_note: null },
      ],
    });
    await log.hear({ taskId: 'classified-live', facts: [{ type: 'live.ended', data: { error_code: 4003 } }] });
    expect((await query.get(pathOf('classified-live'))).body).toMatchObject({
      ...{ kind: 'live', error_code: 4003, error_class: 'unknown', retryable: null },
      error_note: expect.stringMatching(/^bad audio format: .*WebSocket subtitle channel only/) as string,
    });
  });

  it('leaves a number in ErrCode opaque: the failed subtask of the first sample', async () => {
    const body = readFileSync('test/fixtures/mps/seed-000-workflowtask-cmq-event.json');
    const taskId = taskIdIn(body) ?? '';
    const facts = interpret({
      ...{ id: 'n-1', account: 'default', transport: 'callback', trust: 'callback-signed', taskId, bytes: body },
      ...{ received: '2026-11-22T09:00:00.000Z', rawOffset: 1 },
    }).filter(({ type }) => type !== 'notification.received');
    await log.hear({ taskId, facts: facts.map(({ type, data }) => ({ type, data: { ...data } })) });
    const { subtasks } = (await query.get(pathOf(taskId))).body as { subtasks: Record<string, unknown>[] };
    expect(subtasks.filter(({ status }) => status === 'failed')).toMatchObject([
      { error_code: 30010, error_class: 'unknown', retryable: null, error_note: null },
    ]);
  });

  it('says how fresh it is: the position by partition, and the age by the clock of the database', async () => {
    const { partition } = await log.hear({ taskId: 'fresh', facts: [FINISHED] });
    const { rows } = await database.pool().query<{ position: string; before: string | null }>(
      `SELECT position, (SELECT event_id FROM tasks_v1.history h
           WHERE h.partition = c.partition AND "offset" < position ORDER BY "offset" DESC LIMIT 1) AS before
         FROM tasks_v1.checkpoint c WHERE topic = 'mps.task-events.v1' ORDER BY partition`,
    );
    const before = await query.get(pathOf('fresh'));
    expect(before.headers.get('ledger-position')).toBe(
      `p1.${log.logId}.1.1.${rows.map((row) => row.position).join('-')}.${positionCheck(rows.map((row) => row.before))}`,
    );
    expect(Number(rows[partition]?.position)).toBeGreaterThan(1);
    await database
      .pool()
      .query(`UPDATE tasks_v1.checkpoint SET complete_as_of = now() WHERE topic = 'mps.task-events.v1'`);
    await database
      .pool()
      .query(`UPDATE tasks_v1.checkpoint SET complete_as_of = now() - interval '1 hour' WHERE partition = 1`);
    const lag = Number((await query.get(pathOf('fresh'))).headers.get('ledger-lag-ms'));
    expect(lag).toBeGreaterThanOrEqual(3_600_000);
    expect(lag).toBeLessThan(3_660_000);
    await database.pool().query(`UPDATE tasks_v1.checkpoint SET complete_as_of = now() + interval '1 hour'`);
    expect((await query.get(pathOf('fresh'))).headers.get('ledger-lag-ms')).toBe('unknown');
    await database.pool().query(`UPDATE tasks_v1.checkpoint SET complete_as_of = null WHERE partition = 2`);
    expect((await query.get(pathOf('fresh'))).headers.get('ledger-lag-ms')).toBe('unknown');
  });

  it('that is unknown is 404, with the headers of freshness', async () => {
    const { status, body, headers } = await query.get(pathOf('nobody'));
    expect([status, headers.get('content-type')]).toEqual([404, 'application/problem+json']);
    expect(body).toMatchObject({
      code: 'task-not-found',
      detail: expect.stringContaining('No notification of task "nobody" is applied') as string,
    });
    expect(headers.get('ledger-position')).toMatch(/^p1\./);
  });

  it('belongs to its account', async () => {
    await log.hear({ account: 'other', taskId: 'shared', facts: [FINISHED] });
    expect((await query.get(`${pathOf('shared')}?account=default`)).status).toBe(404);
    expect((await query.get(`${pathOf('shared')}?account=other`)).body).toMatchObject({
      account: 'other',
      task_id: 'shared',
    });
    expect((await query.get(`${pathOf('shared')}?account=Other`)).status).toBe(400);
  });

  it('with only parked events has no state but their number', async () => {
    await log.hear({ taskId: 'parked only', facts: [{ ...FINISHED, parked: 'no reason' }], parked: 'nor this' });
    const { status, body, headers } = await query.get(pathOf('parked only'));
    expect(status).toBe(200);
    expect(body).toMatchObject({ task_id: 'parked only', status: 'unknown', kind: 'unknown', parked: 2, version: 0 });
    const again = await query.get(pathOf('parked only'), { 'if-none-match': headers.get('etag') ?? '' });
    expect(again.status).toBe(304);
  });
});

describe('an entity tag', () => {
  it('answers 304 while nothing changed, and the task once something did', async () => {
    await log.hear({ taskId: 'tagged', facts: [{ type: 'task.started', data: { kind: 'workflow' } }] });
    const first = await query.get(pathOf('tagged'));
    const etag = first.headers.get('etag') ?? '';
    const second = await query.get(pathOf('tagged'), { 'if-none-match': etag });
    expect([second.status, second.text]).toEqual([304, '']);
    expect(second.headers.get('etag')).toBe(etag);
    expect(second.headers.get('ledger-position')).toMatch(/^p1\./);
    await log.hear({ taskId: 'tagged', facts: [{ type: 'task.started', data: { kind: 'workflow' } }] });
    const third = await query.get(pathOf('tagged'), { 'if-none-match': `"other", ${etag}` });
    expect([third.status, third.body.version]).toEqual([200, 2]);
    await log.hear({ taskId: 'tagged', facts: [{ ...FINISHED, parked: 'x' }], parked: 'y' });
    const fourth = await query.get(pathOf('tagged'), { 'if-none-match': third.headers.get('etag') ?? '' });
    expect([fourth.status, fourth.body.version, fourth.body.parked]).toEqual([200, 2, 2]);
    expect((await query.get(pathOf('nobody'), { 'if-none-match': '*' })).status).toBe(404);
  });

  it('stays, and so does the version, where a notification is on the log twice', async () => {
    // The log took it at the same moment here; else `updated` is another, and so is the tag.
    const told = { taskId: 'told again', facts: [{ type: 'task.started', data: { kind: 'workflow' } }] } as const;
    const first = await log.hear(told);
    const etag = (await query.get(pathOf('told again'))).headers.get('etag') ?? '';
    await log.hear({ ...told, again: first });
    const again = await query.get(pathOf('told again'), { 'if-none-match': etag });
    expect([again.status, again.headers.get('etag')]).toEqual([304, etag]);
    await log.hear(told);
    const heard = await query.get(pathOf('told again'), { 'if-none-match': etag });
    expect([heard.status, heard.body.version]).toEqual([200, 2]);
  });
});

describe('a strange TaskId', () => {
  it.each([
    ['slashes', 'a/b//c'],
    ['only a slash', '/'],
    ['quotes', `'"\``],
    ['newlines and NUL', 'a\r\n\0b'],
    ['percent signs', '100%25%2F%'],
    ['what could be a query', 'a?b=c&d#e;f=+ g'],
    ['dots', '...'],
    ['the names of prototypes', '__proto__'],
    ['right-to-left and astral text', '\u202eשלום🀄'],
    ['a lone surrogate', 'a\ud800b'],
    ['the other lone surrogate', 'a\udc00b'],
    ['what a lone surrogate would be shown as', 'a\ufffdb'],
    ['history', 'history'],
    ['10,000 bytes', 'x/%'.repeat(3334)],
    ['10,000 characters of three bytes', '任'.repeat(10_000)],
  ])('with %s is found, alone and with its history, exactly', async (_name, taskId) => {
    await log.hear({ taskId, facts: [FINISHED] });
    const path = `/v1/tasks/${spelled(taskId)}`;
    const { status, body } = await query.get(path);
    expect([status, body.task_id === taskId]).toEqual([200, true]);
    const history = await query.get(`${path}/history?limit=1`);
    expect([history.status, history.body.items[0].event.data.task_id === taskId]).toEqual([200, true]);
    expect(history.body.next_cursor).not.toBeNull();
  });

  it.each(['.', '..'])('of dots alone (%s) is found by a client that leaves paths as they are', async (taskId) => {
    await log.hear({ taskId, facts: [FINISHED] });
    expect(await askPlainly(`/v1/tasks/${taskId}`)).toContain(`"task_id":"${taskId}"`);
  });

  it('that is too long for a request is refused with 431, and the listener lives', async () => {
    expect(await askPlainly(`/v1/tasks/${'x'.repeat(200_000)}`)).toMatch(/^HTTP\/1\.1 431 /);
    expect((await query.get('/livez')).status).toBe(200);
  });

  it.each(['%zz', '%ff', '%'])('that is malformed (%s) is 400', async (segment) => {
    const answer = await askPlainly(`/v1/tasks/${segment}`);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toContain('malformed-url');
  });

  it.each(['/v1/tasks/', '/v1/tasks//history'])('that is empty is 404: %s', async (path) => {
    const { status, body } = await query.get(path);
    expect([status, body.code, body.detail]).toEqual([
      404,
      'not-found',
      'There is nothing at this path. /openapi.json lists every path that there is.',
    ]);
  });
});

describe('HEAD', () => {
  it('answers as GET does, without the body', async () => {
    await log.hear({ taskId: 'head', facts: [FINISHED] });
    for (const path of [
      pathOf('head'),
      `${pathOf('head')}/history`,
      '/v1/tasks',
      '/v1/notifications',
      '/openapi.json',
    ]) {
      const get = await query.get(path);
      const head = await query.get(path, {}, { method: 'HEAD' });
      expect([head.status, head.text]).toEqual([200, '']);
      for (const name of ['content-type', 'content-length', 'etag', 'ledger-position']) {
        expect([path, name, head.headers.get(name)]).toEqual([path, name, get.headers.get(name)]);
      }
    }
  });

  it.each(['POST', 'PUT', 'DELETE', 'PATCH'])('%s is 405 and says what is allowed', async (method) => {
    const { status, headers } = await query.get(pathOf('head'), {}, { method });
    expect([status, headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });
});
