import { migrate, projectionSchema } from '@mps-ledger/read-model';
import { formatPosition, parsePosition } from '@mps-ledger/records';
import { eventually } from '@mps-ledger/spec-kit';
import { makeMetrics } from '@mps-ledger/platform';
import { testDatabase } from '@mps-ledger/testing';
import type { TestDatabase } from '@mps-ledger/testing';
import { revokeKey, setUpKeys } from '@mps-ledger/api-keys';
import { makeKey } from '../keys/testing/make-key';
import { PlantedLog } from '../testing/planted-log';
import type { PlantedFact } from '../testing/planted-log';
import { serve } from '../testing/serve';
import { SseClient } from '../testing/sse-client';
import type { ServedQuery } from '../testing/serve';

jest.setTimeout(120_000);

const STARTED: PlantedFact = { type: 'task.started', data: { kind: 'workflow' } };
const FINISHED: PlantedFact = { type: 'task.finished', data: { kind: 'edit-media' } };

let database: TestDatabase;
let log: PlantedLog;
let query: ServedQuery;
const clients: SseClient[] = [];
const metrics = makeMetrics({ processMetrics: false });

beforeAll(async () => {
  database = await testDatabase({ template: { name: 'read_model', prepare: (url) => migrate(url, projectionSchema) } });
  log = new PlantedLog(database.pool());
  await log.adopt();
  query = await serve(database.url, { metrics });
  for (let n = 0; n < 20; n += 1)
    await log.hear({
      account: n % 2 === 0 ? 'default' : 'other',
      taskId: `t${n % 7}`,
      facts: [n < 10 ? STARTED : FINISHED],
    });
});
afterEach(() => {
  for (const client of clients.splice(0)) client.close();
});
afterAll(async () => {
  await query.close();
  await database.close();
});

async function stream(parameters = '', headers: Record<string, string> = {}, url = query.url): Promise<SseClient> {
  const client = await SseClient.open(`${url}/v1/stream?${parameters}`, headers);
  clients.push(client);
  return client;
}

async function idsByPartition(): Promise<readonly (readonly string[])[]> {
  const { rows } = await database
    .pool()
    .query<{ ids: string[] }>(
      'SELECT array_agg(event_id ORDER BY "offset") AS ids FROM tasks_v1.history GROUP BY partition',
    );
  return rows.map(({ ids }) => ids);
}

async function expectAll(ids: readonly string[]): Promise<void> {
  const partitions = await idsByPartition();
  expect([...ids].sort()).toEqual(partitions.flat().sort());
  for (const expected of partitions) expect(ids.filter((one) => expected.includes(one))).toEqual(expected);
}

it('sends everything, says that it has caught up, and goes on as rows are committed', async () => {
  const client = await stream();
  expect(client.response.headers).toMatchObject({
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  });
  await client.until('caught_up');
  await expectAll(client.ids);
  const before = client.ids.length;
  await log.hear({ taskId: 'live', facts: [STARTED] });
  await log.hear({ taskId: 'live', facts: [FINISHED] });
  await eventually(() => client.ids.length === before + 4);
  await expectAll(client.ids);
  expect(client.events.filter(({ event }) => event === 'caught_up')).toHaveLength(1);
});

it('goes on behind Last-Event-ID, whatever the parameter says, from any event', async () => {
  const whole = await stream();
  await whole.until('caught_up');
  const events = whole.events.filter(({ event }) => event.startsWith('mps.'));
  for (const n of [0, 7, 20, events.length - 1]) {
    const client = await stream('after=now', { 'last-event-id': events[n]!.id });
    await client.until('caught_up');
    expect(client.ids).toEqual(whole.ids.slice(n + 1));
  }
});

it('shares the end among those that are there: each gets what it filters for, in order', async () => {
  const filters = [
    '',
    'account=other',
    'type=mps.task.finished',
    'stream=state-changes',
    'stream=state-changes&outcome=succeeded',
    'task_id=t3',
    'task_id=t1&task_id=t3&task_id=nobody',
    'task_id=t0&task_id=t3&account=other',
    'type=mps.task.finished&type=mps.task.started',
    'stream=state-changes&task_id=t2&status=finished&status=processing',
  ];
  const followers = await Promise.all(filters.map((filter) => stream(`after=now&${filter}`)));
  await Promise.all(followers.map((client) => client.until('caught_up')));
  for (let n = 0; n < 10; n += 1)
    await log.hear({
      account: n % 2 === 0 ? 'default' : 'other',
      taskId: `t${n % 4}`,
      facts: [n < 5 ? STARTED : FINISHED],
    });
  const late = await Promise.all(filters.map((filter) => stream(filter)));
  await Promise.all(late.map((client) => client.until('caught_up')));
  const [all] = followers;
  await eventually(() => all!.ids.length === 20);
  for (const [n, client] of followers.entries()) {
    const expected = late[n]!.ids.slice(late[n]!.ids.length - client.ids.length);
    expect([filters[n], client.ids]).toEqual([filters[n], expected]);
  }
});

it('sends what comes of a task, in whichever account it comes, without a query for it', async () => {
  const clients = await Promise.all(
    ['task_id=later', 'task_id=later&account=other', 'stream=state-changes&task_id=later'].map((filter) =>
      stream(`after=now&${filter}`),
    ),
  );
  await Promise.all(clients.map((client) => client.until('caught_up')));
  for (const account of ['other', 'default', 'new', 'other'])
    await log.hear({ account, taskId: 'later', facts: [STARTED] });
  await log.hear({ taskId: 'another', facts: [STARTED] });
  const all = await stream('task_id=later');
  await all.until('caught_up');
  expect(all.ids).toHaveLength(8);
  await eventually(() => clients.every(({ ids }, n) => ids.length === [8, 4, 3][n]));
  expect(clients[0]?.ids).toEqual(all.ids);
});

it('counts its clients, and lets go of those that leave', async () => {
  const count = (n: number) => eventually(async () => (await metrics.text()).includes(`mps_ledger_sse_clients ${n}\n`));
  const client = await stream('after=now');
  await count(1);
  client.close();
  await count(0);
});

it('refuses what is no position, and one of another log', async () => {
  const at = (await stream('after=now').then((client) => client.until('caught_up'))).id;
  const asked = (header: string) => query.get('/v1/stream', { 'last-event-id': header });
  expect((await asked('17')).body).toMatchObject({
    code: 'bad-parameter',
    errors: [{ where: 'header.Last-Event-ID' }],
  });
  const { status, body } = await asked(formatPosition({ ...parsePosition(at)!, logId: 'otherlog0000' }));
  expect([status, body.code]).toEqual([410, 'position-of-another-log']);
});

it('answers a HEAD with header fields, and ends', async () => {
  const { status, headers, text } = await query.get('/v1/stream', {}, { method: 'HEAD' });
  expect([status, headers.get('content-type'), text]).toEqual([200, 'text/event-stream; charset=utf-8', '']);
});

it('says reset, and ends, where the log is set back below what was sent', async () => {
  const { partition } = await log.hear({ taskId: 'restored', facts: [STARTED] });
  const end = log.eventEnd(partition);
  const client = await stream('after=now');
  await client.until('caught_up');
  await log.hear({ taskId: 'restored', facts: [FINISHED] });
  await eventually(() => client.ids.length === 2);
  await log.restore(partition, end);
  expect((await client.until('reset')).data.code).toBe('position-reset');
  await eventually(() => client.isEnded);
});

it('ends when the program stops, and tells its clients to connect again', async () => {
  const another = await serve(database.url);
  const client = await stream('after=now', {}, another.url);
  await client.until('caught_up');
  await another.close();
  await client.until('closing');
  await eventually(() => client.isEnded);
});

it('shows a key its accounts only, and ends when the key is revoked', async () => {
  const keyed = await testDatabase({
    template: { name: 'read_model', prepare: (url) => migrate(url, projectionSchema) },
  });
  const its = new PlantedLog(keyed.pool());
  await its.adopt();
  await setUpKeys(keyed.pool());
  const key = await makeKey(keyed.pool(), 'team', { scopes: ['subscribe'], accounts: ['other'] });
  const served = await serve(keyed.url);
  const client = await stream('', { authorization: `Bearer ${key}` }, served.url);
  await client.until('caught_up');
  await its.hear({ account: 'default', taskId: 'theirs', facts: [STARTED] });
  await its.hear({ account: 'other', taskId: 'ours', facts: [STARTED] });
  await eventually(() => client.ids.length === 2);
  expect(client.text).not.toContain('theirs');
  await revokeKey(keyed.pool(), 'team', 'for this spec');
  expect((await client.until('key-not-accepted')).data.code).toBe('key-not-accepted');
  await eventually(() => client.isEnded);
  await served.close();
  await keyed.close();
});
