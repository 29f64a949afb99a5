import { migrate, projectionSchema } from '@mps-ledger/read-model';
import { formatPosition, parsePosition } from '@mps-ledger/records';
import { eventually } from '@mps-ledger/spec-kit';
import { makeMetrics } from '@mps-ledger/platform';
import { testDatabase } from '@mps-ledger/testing';
import type { TestDatabase } from '@mps-ledger/testing';
import { PlantedLog } from '../testing/planted-log';
import type { PlantedFact } from '../testing/planted-log';
import { serve } from '../testing/serve';
import type { Answered, ServedQuery } from '../testing/serve';

jest.setTimeout(120_000);

const STARTED: PlantedFact = { type: 'task.started', data: { kind: 'workflow', session_id: 's' } };
const FAILED: PlantedFact = { type: 'task.finished', data: { kind: 'workflow', error_code: 30010 } };
const FINISHED: PlantedFact = { type: 'task.finished', data: { kind: 'edit-media' } };
const PARKED: PlantedFact = { ...STARTED, parked: 'because' };

/** With what a subject does not have. */
const HARD = 'hard\u0000 "\\/ 字';

interface Change {
  readonly position: string;
  readonly event: { readonly id: string; readonly type: string; readonly data: Record<string, unknown> };
}

let database: TestDatabase;
let log: PlantedLog;
let query: ServedQuery;
const metrics = makeMetrics({ processMetrics: false });

beforeAll(async () => {
  database = await testDatabase({ template: { name: 'read_model', prepare: (url) => migrate(url, projectionSchema) } });
  log = new PlantedLog(database.pool());
  await log.adopt();
  query = await serve(database.url, { metrics });
  for (let n = 0; n < 12; n += 1) {
    const account = n % 3 === 0 ? 'other' : 'default';
    await log.hear({ account, taskId: `t${n}`, facts: [STARTED] });
    if (n % 4 === 1) await log.hear({ account, taskId: `t${n}`, facts: [PARKED], parked: 'because' });
    await log.hear({
      account,
      taskId: `t${n}`,
      facts: [n % 2 === 0 ? FAILED : FINISHED],
      spell: n === 6 ? spaced : (text) => text,
    });
  }
  for (const account of ['default', 'third', 'other'])
    for (const facts of [[STARTED], [FAILED]]) await log.hear({ account, taskId: 'of three', facts });
  await log.hear({ account: 'other', taskId: HARD, facts: [FINISHED] });
  await log.hear({ taskId: null, facts: [], kind: 'unknown', reason: 'no-task-id' });
});

afterAll(async () => {
  await query.close();
  await database.close();
});

/** Another writer's spelling. */
const spaced = (text: string): string => text.replace('"specversion":', '"specversion": ');

const ask = (parameters: string, headers?: Record<string, string>) => query.get(`/v1/changes?${parameters}`, headers);

/** All that follows, page by page; checks each position by continuing behind it. */
async function walk(parameters: string, limit: number, after = ''): Promise<Change[]> {
  const changes: Change[] = [];
  for (let at = after; ;) {
    const { status, body } = await ask(`${parameters}&limit=${limit}${at === '' ? '' : `&after=${at}`}`);
    expect([status, body.items.length <= limit]).toEqual([200, true]);
    changes.push(...(body.items as Change[]));
    at = body.position as string;
    if (body.caught_up === true) return changes;
  }
}

/** The event ids of each partition, in the order of the log, by SQL. */
async function idsByPartition(table: 'history' | 'transition'): Promise<readonly (readonly string[])[]> {
  const id = table === 'history' ? 'event_id' : `encode(task_key, 'hex') || '.' || partition || '.' || raw_offset`;
  const { rows } = await database
    .pool()
    .query<{ ids: string[] }>(
      `SELECT array_agg(${id} ORDER BY "offset") AS ids FROM tasks_v1.${table} GROUP BY partition`,
    );
  return rows.map(({ ids }) => ids);
}

async function expectInOrder(changes: readonly Change[], table: 'history' | 'transition'): Promise<void> {
  const ids = changes.map(({ event }) => event.id);
  const partitions = await idsByPartition(table);
  expect([...ids].sort()).toEqual(partitions.flat().sort());
  for (const expected of partitions) expect(ids.filter((one) => expected.includes(one))).toEqual(expected);
}

describe.each([
  ['facts', 'history'],
  ['state-changes', 'transition'],
] as const)('the stream of %s', (stream, table) => {
  it.each([1, 3, 7, 1000])('has every record once, in the order of its partition, %i at a time', async (limit) => {
    await expectInOrder(await walk(`stream=${stream}`, limit), table);
  });

  it('goes on behind any item, and behind the end, without a gap or a repetition', async () => {
    const all = await walk(`stream=${stream}`, 1000);
    for (const [n, { position }] of all.entries()) {
      expect((await walk(`stream=${stream}`, 9, position)).map(({ event }) => event.id)).toEqual(
        all.slice(n + 1).map(({ event }) => event.id),
      );
    }
  });
});

it('gives events byte for byte as on the log, however they are spelled', async () => {
  const { text } = await ask('limit=1000');
  for (const taskId of ['t2', 't6', null])
    for (const value of log.valuesOf.get(taskId) ?? []) expect(text.includes(`"event":${value}}`)).toBe(true);
  expect(text).toContain('"specversion": "1.0"');
});

it('gives a state change the attributes of the notification that it came with', async () => {
  const [change] = await walk('stream=state-changes&task_id=t2', 10);
  const { rows } = await database.pool().query<{ causation_id: string; key: string; place: string }>(
    `SELECT h.causation_id, encode(t.task_key, 'hex') AS key, t.partition || '.' || t.raw_offset AS place
     FROM tasks_v1.transition t JOIN tasks_v1.history h USING (partition, "offset") WHERE t.data LIKE '%"t2"%' ORDER BY t."offset"`,
  );
  expect(change?.event).toMatchObject({
    ...{
      specversion: '1.0',
      source: '/mps/default',
      type: 'mps.task-state.changed',
      subject: 't2',
      trust: 'callback-signed',
    },
    ...{ id: `${rows[0]!.key}.${rows[0]!.place}`, causationid: rows[0]!.causation_id },
    dataschema: 'urn:mps-ledger:schema:task-state.changed:1',
    data: { task_id: 't2', status: 'processing', previous: null, session_id: 's', version: 1 },
  });
});

it.each([
  ['account=other', ({ data }: Change['event']) => data['account'] === 'other'],
  ['account=other&account=third', ({ data }: Change['event']) => data['account'] !== 'default'],
  ['type=mps.task.finished', ({ type }: Change['event']) => type === 'mps.task.finished'],
  [
    'type=mps.task.finished&type=mps.task.started&account=third',
    ({ type, data }: Change['event']) => type !== 'mps.notification.received' && data['account'] === 'third',
  ],
  ['task_id=t3&account=other', ({ data }: Change['event']) => data['task_id'] === 't3'],
  ['task_id=t3', ({ data }: Change['event']) => data['task_id'] === 't3'],
  ['task_id=t3&account=default', () => false],
  ['task_id=t3&task_id=t4&task_id=nobody', ({ data }: Change['event']) => /^t[34]$/.test(String(data['task_id']))],
  ['task_id=of%20three', ({ data }: Change['event']) => data['task_id'] === 'of three'],
  [
    'task_id=of%20three&task_id=t3&account=other&account=third',
    ({ data }: Change['event']) => /^(of three|t3)$/.test(String(data['task_id'])) && data['account'] !== 'default',
  ],
  [`task_id=${encodeURIComponent(HARD)}`, ({ data }: Change['event']) => data['task_id'] === HARD],
  [`task_id=${encodeURIComponent(HARD.replace('\0', '\ufffd'))}`, () => false],
  ['task_id=', () => false],
  ['stream=state-changes&status=finished', ({ data }: Change['event']) => data['status'] === 'finished'],
  [
    'stream=state-changes&outcome=failed&account=other',
    ({ data }: Change['event']) => data['outcome'] === 'failed' && data['account'] === 'other',
  ],
  ['stream=state-changes&kind=edit-media', ({ data }: Change['event']) => data['kind'] === 'edit-media'],
  ['stream=state-changes&task_id=of%20three', ({ data }: Change['event']) => data['task_id'] === 'of three'],
  [
    'stream=state-changes&status=finished&status=processing&outcome=failed&outcome=succeeded',
    ({ data }: Change['event']) => /^(failed|succeeded)$/.test(String(data['outcome'])),
  ],
] as const)('shows of %s that and nothing else', async (parameters, isShown) => {
  const stream = parameters.startsWith('stream=') ? 'stream=state-changes' : 'stream=facts';
  const all = await walk(stream, 1000);
  const expected = all.filter(({ event }) => isShown(event)).map(({ event }) => event.id);
  for (const limit of [1, 5, 1000])
    expect((await walk(parameters, limit)).map(({ event }) => event.id).sort()).toEqual([...expected].sort());
});

it('waits for what follows, also behind a filter, and answers nothing when the time is over', async () => {
  const waiting = (count: number) =>
    eventually(async () => (await metrics.text()).includes(`mps_ledger_query_waiters ${count}\n`));
  const { body: end } = await ask('after=now');
  expect(end).toMatchObject({ items: [], caught_up: true });
  const answers = ['', '&type=mps.task.finished', '&task_id=later', '&stream=state-changes&outcome=failed'].map(
    (more) => ask(`after=${end.position as string}${more}`, { prefer: 'wait=60' }),
  );
  await waiting(4);
  await log.hear({ taskId: 'later', facts: [STARTED] });
  await waiting(2);
  await log.hear({ taskId: 'later', facts: [FAILED] });
  for (const answer of answers) {
    const { body, headers } = await answer;
    expect([body.items.length > 0, body.caught_up, headers.get('preference-applied')]).toEqual([true, true, 'wait=60']);
  }
  const { body } = await ask('after=now', { prefer: 'wait=1' });
  expect(body).toMatchObject({ items: [], caught_up: true });
});

describe('a position', () => {
  const end = async (): Promise<string> => (await ask('after=now')).body.position as string;
  const changed = (text: string, change: object): string => formatPosition({ ...parsePosition(text)!, ...change });
  const gone = (answer: Answered, code: string): void => {
    expect([answer.status, answer.body.code]).toEqual([410, code]);
    expect(answer.body.detail).toContain('omit after to get everything from the beginning');
    expect(answer.headers.get('ledger-position')).toMatch(/^p1\./);
  };

  it('of another log, another generation or other events is 410, with the way on', async () => {
    const at = await end();
    gone(await ask(`after=${changed(at, { logId: 'otherlog0000' })}`), 'position-of-another-log');
    gone(await ask(`after=${changed(at, { logGeneration: 2 })}`), 'position-of-another-generation');
    gone(await ask(`after=${changed(at, { eventGeneration: 2 })}`), 'position-of-another-generation');
    gone(await ask(`after=${changed(at, { check: '00000000' })}`), 'position-reset');
    expect((await ask(`after=${changed(at, { offsets: [1], check: '00000000' })}`)).body).toMatchObject({
      code: 'bad-parameter',
      errors: [{ where: 'query.after' }],
    });
  });

  it('beyond the end of the log is 410, and one that the rows have not reached yet 503', async () => {
    const at = await end();
    const { offsets } = parsePosition(at)!;
    const far = changed(at, { offsets: offsets.map((offset) => offset + 1) });
    await database.pool().query('UPDATE tasks_v1.checkpoint SET complete_as_of = clock_timestamp()');
    gone(await ask(`after=${far}`), 'position-reset');
    await database.pool().query(`UPDATE tasks_v1.checkpoint SET complete_as_of = complete_as_of - interval '1 hour'`);
    const { status, body } = await ask(`after=${far}`);
    expect([status, body.code]).toEqual([503, 'read-model-behind']);
    await log.hear({ taskId: 'fresh again', facts: [STARTED] });
  });

  it('is waited for as min_position, too', async () => {
    const at = await end();
    expect((await ask(`after=now&min_position=${at}`)).status).toBe(200);
  });
});

it.each([
  ['stream=facts&status=finished', 'query.stream'],
  ['kind=workflow', 'query.stream'],
  ['outcome=failed', 'query.stream'],
  ['type=mps.task-state.changed', 'query.stream'],
  ['stream=state-changes&type=mps.task.finished', 'query.stream'],
  ['stream=state-changes&type=mps.task-state.changed&type=mps.task.finished', 'query.stream'],
  ['type=mps.task.finished&type=mps.task-state.changed', 'query.stream'],
  [`${'task_id=t3&'.repeat(20)}${Array.from({ length: 21 }, (_, n) => `task_id=t${n}`).join('&')}`, 'query.task_id'],
  ['after=later', 'query.after'],
  ['limit=0', 'query.limit'],
  ['stream=all', 'query.stream'],
])('%s is refused, and said where', async (parameters, where) => {
  const { status, body } = await ask(parameters);
  expect([status, body.errors[0].where]).toEqual([400, where]);
});
