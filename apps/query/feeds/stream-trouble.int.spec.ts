import { connect } from 'node:net';
import type { Pool } from 'pg';
import { setUpKeys } from '@mps-ledger/api-keys';
import { makeMetrics } from '@mps-ledger/platform';
import { migrate, projectionSchema } from '@mps-ledger/read-model';
import { formatPosition, parsePosition } from '@mps-ledger/records';
import { eventually } from '@mps-ledger/spec-kit';
import { startTcpProxy, testDatabase } from '@mps-ledger/testing';
import type { TcpProxy, TestDatabase } from '@mps-ledger/testing';
import { makeKey } from '../keys/testing/make-key';
import { PlantedLog } from '../testing/planted-log';
import type { PlantedFact } from '../testing/planted-log';
import { serve } from '../testing/serve';
import type { ServedQuery } from '../testing/serve';
import { SseClient } from '../testing/sse-client';
import { FEED_LIMITS, POOL } from '../tokens';
import type { FeedLimitsOfProcess } from './open-feeds';

jest.setTimeout(120_000);

const STARTED: PlantedFact = { type: 'task.started', data: { kind: 'workflow' } };
/** More than what lies between a server and a client that takes nothing. */
const LONG: PlantedFact = { type: 'task.started', data: { kind: 'workflow', message: 'x'.repeat(500_000) } };
const LONG_ONES = 40;
const HOUR_MS = 3_600_000;

let database: TestDatabase;
let pool: Pool;
let log: PlantedLog;
let query: ServedQuery;
let proxy: TcpProxy;
let metrics = makeMetrics({ processMetrics: false });
const clients: SseClient[] = [];

beforeEach(async () => {
  database = await testDatabase({ template: { name: 'read_model', prepare: (url) => migrate(url, projectionSchema) } });
  pool = database.pool();
  log = new PlantedLog(pool);
  await log.adopt();
  await log.hear({ taskId: 'first', facts: [STARTED] });
  proxy = await startTcpProxy(database.url);
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await query.close();
  await proxy.close();
  await database.close();
});

async function start(limits: FeedLimitsOfProcess = {}, ...replace: (readonly [symbol, unknown])[]): Promise<void> {
  metrics = makeMetrics({ processMetrics: false });
  query = await serve(proxy.through(database.url), { metrics, replace: [[FEED_LIMITS, limits], ...replace] });
}

async function stream(parameters = '', headers: Record<string, string> = {}): Promise<SseClient> {
  const client = await SseClient.open(`${query.url}/v1/stream?${parameters}`, headers);
  clients.push(client);
  return client;
}

async function metric(name: string): Promise<number> {
  const found = (await metrics.text()).split('\n').find((line) => line.startsWith(`mps_ledger_${name} `));
  return Number(found?.split(' ')[1] ?? 0);
}

const count = (name: string, value: number): Promise<unknown> =>
  eventually(async () => (await metric(name)) === value, { what: `${name} to be ${value}` });

/** Ids of all events, partition by partition in the order of the log. */
async function idsInOrder(): Promise<readonly (readonly string[])[]> {
  const { rows } = await pool.query<{ ids: string[] }>(
    'SELECT array_agg(event_id ORDER BY "offset") AS ids FROM tasks_v1.history GROUP BY partition',
  );
  return rows.map(({ ids }) => ids);
}

async function expectAll(ids: readonly string[]): Promise<void> {
  const partitions = await idsInOrder();
  expect([...ids].sort()).toEqual(partitions.flat().sort());
  for (const expected of partitions) expect(ids.filter((one) => expected.includes(one))).toEqual(expected);
}

const age = (interval: string): Promise<unknown> =>
  pool.query(`UPDATE tasks_v1.checkpoint SET complete_as_of = clock_timestamp() - $1::interval`, [interval]);

it('tells a client that takes nothing that it lagged, with its position, and it goes on from there without a gap', async () => {
  await start({ entries: 10 });
  const [late, gone] = [await stream(), await stream()];
  for (const client of [late, gone]) {
    await client.until('caught_up');
    client.response.pause();
  }
  for (let n = 0; n < LONG_ONES; n += 1) await log.hear({ taskId: `long ${n}`, facts: [LONG] });
  await count('sse_streams_ended_total{reason="lagged"}', 2);
  late.response.resume();
  const { data } = await late.until('lagged');
  expect(data).toMatchObject({ code: 'lagged', position: late.events.filter(({ id }) => id !== '').at(-1)?.id });
  // One that does not take even that is cut off.
  await count('sse_clients', 0);
  gone.response.resume();
  await eventually(() => gone.isEnded);
  for (const client of [late, gone]) {
    expect(client.ids.length).toBeLessThan(LONG_ONES);
    const position = client.events.filter(({ id }) => id !== '').at(-1)?.id ?? '';
    const again = await stream('', { 'last-event-id': position });
    await again.until('caught_up');
    await expectAll([...client.ids, ...again.ids]);
  }
});

it('refuses more streams than may be open, also when they come at once, and takes one again when one ends', async () => {
  await start({ clients: 3 });
  const all = await Promise.all(Array.from({ length: 12 }, () => stream('after=now')));
  const statuses = all.map(({ response }) => response.statusCode ?? 0).sort();
  expect(statuses).toEqual([...Array<number>(3).fill(200), ...Array<number>(9).fill(503)]);
  const refused = await query.get('/v1/stream');
  expect([refused.status, refused.body.code, refused.headers.get('retry-after')]).toEqual([
    ...[503, 'too-many-streams', '5'],
  ]);
  all.find(({ response }) => response.statusCode === 200)?.close();
  await count('sse_clients', 2);
  expect((await stream('after=now')).response.statusCode).toBe(200);
});

it('lets go of clients that leave while they are being answered', async () => {
  await start();
  for (let n = 0; n < 60; n += 1) {
    const socket = connect(Number(new URL(query.url).port), '127.0.0.1');
    await new Promise((resolve) => socket.write('GET /v1/stream HTTP/1.1\r\nHost: localhost\r\n\r\n', resolve));
    socket.destroy();
  }
  const last = await stream('after=now');
  await last.until('caught_up');
  await count('sse_clients', 1);
});

it('begins with the position, and moves it with heartbeats where a filter keeps everything back', async () => {
  await start({ beatMs: 20 });
  await age('0 seconds');
  const client = await stream('after=now&account=nobody');
  const { id } = await client.until('position');
  expect(client.events[0]).toMatchObject({ event: 'position', id, data: { position: id } });
  await client.until('caught_up');
  await log.hear({ taskId: 'not theirs', facts: [STARTED] });
  await age('0 seconds');
  const { headers } = await query.get('/v1/changes?after=now');
  const end = headers.get('ledger-position');
  await eventually(() => client.events.at(-1)?.id === end);
  const before = client.text.length;
  await eventually(() => client.text.slice(before).includes(': heartbeat\n'));
  expect(client.ids).toEqual([]);
});

it('tells the age of the rows where no projector runs: when it has caught up, and with each heartbeat', async () => {
  await start({ beatMs: 20 });
  await age('1 hour');
  const client = await stream();
  expect((await client.until('caught_up')).data.lag_ms).toBeGreaterThanOrEqual(HOUR_MS);
  await eventually(() => client.events.at(-1)?.event === 'position');
  expect(client.events.at(-1)?.data.lag_ms).toBeGreaterThan(HOUR_MS);
  const { headers } = await query.get('/v1/changes?after=now');
  expect(Number(headers.get('ledger-lag-ms'))).toBeGreaterThan(HOUR_MS);
});

it('keeps streams open while the database is away, and skips nothing', async () => {
  await start();
  const clientsThere = [await stream(), await stream('after=now')];
  for (const client of clientsThere) await client.until('caught_up');
  const waiting = query.get('/v1/changes?after=now&type=mps.task.finished', { prefer: 'wait=60' });
  await count('query_waiters', 1);
  proxy.set('refuse');
  await eventually(async () => (await query.get('/v1/changes?after=now')).status === 503);
  for (let n = 0; n < 5; n += 1) await log.hear({ taskId: `away ${n}`, facts: [STARTED] });
  const late = stream('', { prefer: 'wait=60' });
  proxy.set('open');
  await log.hear({ taskId: 'back', facts: [{ type: 'task.finished', data: { kind: 'workflow' } }] });
  const [whole, since] = clientsThere as [SseClient, SseClient];
  await eventually(() => whole.ids.length === 14 && since.ids.length === 12);
  await expectAll(whole.ids);
  expect((await waiting).body.items).toHaveLength(1);
  await (await late).until('caught_up');
  await expectAll((await late).ids);
});

it('says reset where the log was set back and has grown again while the database was away', async () => {
  await start();
  const { partition } = await log.hear({ taskId: 'restored', facts: [STARTED] });
  const end = log.eventEnd(partition);
  await log.hear({ taskId: 'restored', facts: [STARTED] });
  const client = await stream();
  await client.until('caught_up');
  proxy.set('refuse');
  await eventually(async () => (await query.get('/v1/changes?after=now')).status === 503);
  await eventually(async () => (await metric('feed_reads_total')) > 1);
  await log.restore(partition, end);
  for (let n = 0; n < 4; n += 1) await log.hear({ taskId: 'restored', facts: [STARTED, STARTED] });
  proxy.set('open');
  expect((await client.until('reset')).data.code).toBe('position-reset');
  const position = client.events.filter(({ id }) => id !== '').at(-1)?.id ?? '';
  const again = await query.get('/v1/stream', { 'last-event-id': position });
  expect([again.status, again.body.code]).toEqual([410, 'position-reset']);
});

it('reads once per commit, however many follow', async () => {
  const own = database.pool({ max: 10 });
  const asked = jest.spyOn(own, 'query');
  await start({}, [POOL, own]);
  const commits = 20;
  const readsWith = async (followers: number): Promise<number> => {
    const all = await Promise.all(Array.from({ length: followers }, () => stream('after=now')));
    await Promise.all(all.map((client) => client.until('caught_up')));
    const before = asked.mock.calls.length;
    for (let n = 0; n < commits; n += 1) {
      await log.hear({ taskId: `commit ${n}`, facts: [STARTED] });
      await eventually(() => all.every(({ ids }) => ids.length === 2 * (n + 1)));
    }
    return asked.mock.calls.length - before;
  };
  const [one, many] = [await readsWith(1), await readsWith(100)];
  // And some more: when a client comes, and every second without a commit.
  expect(Math.max(one, many)).toBeLessThan(commits * 10);
});

describe('a key', () => {
  const bearer = (key: string) => ({ authorization: `Bearer ${key}` });

  it('that expires ends its streams', async () => {
    await setUpKeys(pool);
    await start({ checkMs: 50 });
    const key = await makeKey(pool, 'short', { expires: new Date(Date.now() + 3_600_000) });
    const client = await stream('after=now', bearer(key));
    expect(client.response.statusCode).toBe(200);
    await pool.query(`UPDATE ledger.api_key SET expires = clock_timestamp() WHERE name = 'short'`);
    expect((await client.until('key-not-accepted')).data.code).toBe('key-expired');
    await eventually(() => client.isEnded);
    await count('sse_streams_ended_total{reason="key-not-accepted"}', 1);
  });

  it('is not charged for the streams that are open', async () => {
    await setUpKeys(pool);
    await start({ checkMs: 5 });
    const key = await makeKey(pool, 'slow', { perSecond: 1 });
    const client = await stream('after=now', bearer(key));
    await client.until('caught_up');
    await eventually(async () => (await query.get('/v1/changes?after=now', bearer(key))).status === 200);
    expect(client.isEnded).toBe(false);
  });
});

describe('Last-Event-ID', () => {
  it.each(['17', 'p1.', 'p1.plantedlog01.1.1.x.00000000', '"', 'null', `p1.${'0-'.repeat(4_000)}`])(
    'that is no position (%.20s) is refused, and said where',
    async (header) => {
      await start();
      const { status, body } = await query.get('/v1/stream', { 'last-event-id': header });
      expect([status, body.errors?.[0]?.where]).toEqual([400, 'header.Last-Event-ID']);
    },
  );

  it('with another number of partitions is refused', async () => {
    await start();
    const { headers } = await query.get('/v1/changes?after=now');
    const position = parsePosition(headers.get('ledger-position') ?? '')!;
    const other = formatPosition({ ...position, offsets: position.offsets.slice(1) });
    const { status, body } = await query.get('/v1/stream', { 'last-event-id': other });
    expect([status, body.code, body.errors[0].where]).toEqual([400, 'bad-parameter', 'header.Last-Event-ID']);
  });
});

it.each([
  ['what is no request', 'something else\r\n\r\n'],
  ['bytes', '\0\xff\0\r\n'],
])('a client that sends %s on its stream gets its events, and nothing piles up', async (_, sent) => {
  await start();
  const warnings: Error[] = [];
  const onWarning = (warning: Error): number => warnings.push(warning);
  process.on('warning', onWarning);
  const socket = connect(Number(new URL(query.url).port), '127.0.0.1').setNoDelay(true);
  let text = '';
  socket.on('data', (chunk) => (text += String(chunk)));
  socket.write('GET /v1/stream HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await eventually(() => text.includes('event: caught_up'));
  for (let n = 0; n < 40; n += 1) await new Promise((resolve) => socket.write(sent, () => setImmediate(resolve)));
  await log.hear({ taskId: 'after that', facts: [STARTED] });
  await eventually(() => text.includes('"task_id":"after that"'));
  process.off('warning', onWarning);
  expect(warnings).toEqual([]);
  socket.destroy();
  await count('sse_clients', 0);
});

it.each([
  'wait=999999999',
  'wait=99999999999999999999',
  'wait=-1',
  'wait=x',
  'wait=1e9',
  'wait=0',
  ', ,;=',
  'respond-async',
])('a stream opens whatever is preferred: %s', async (prefer) => {
  await start();
  const client = await stream('', { prefer });
  await client.until('caught_up');
  expect(client.response.statusCode).toBe(200);
});
