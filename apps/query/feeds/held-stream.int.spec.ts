import type { Pool } from 'pg';
import { makeMetrics } from '@mps-ledger/platform';
import { migrate, projectionSchema } from '@mps-ledger/read-model';
import { formatPosition, parsePosition } from '@mps-ledger/records';
import { eventually } from '@mps-ledger/spec-kit';
import { startTcpProxy, testDatabase } from '@mps-ledger/testing';
import type { TcpProxy, TestDatabase } from '@mps-ledger/testing';
import { Lane } from '../lane';
import { PlantedLog } from '../testing/planted-log';
import { serve } from '../testing/serve';
import type { ServedQuery } from '../testing/serve';
import { SseClient } from '../testing/sse-client';
import { LISTS, WAITERS } from '../tokens';
import { WaitingRoom } from '../waiting/waiting-room';

jest.setTimeout(120_000);

let database: TestDatabase;
let pool: Pool;
let log: PlantedLog;
let query: ServedQuery;
let proxy: TcpProxy;
const clients: SseClient[] = [];

beforeEach(async () => {
  database = await testDatabase({ template: { name: 'read_model', prepare: (url) => migrate(url, projectionSchema) } });
  pool = database.pool();
  log = new PlantedLog(pool);
  proxy = await startTcpProxy(database.url);
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await query.close();
  await proxy.close();
  await database.close();
});

async function start(...replace: (readonly [symbol, unknown])[]): Promise<void> {
  const metrics = makeMetrics({ processMetrics: false });
  query = await serve(proxy.through(database.url), { metrics, replace });
}

async function stream(headers: Record<string, string> = {}): Promise<SseClient> {
  const client = await SseClient.open(`${query.url}/v1/stream`, headers);
  clients.push(client);
  return client;
}

/** Rows that are all there is, with one event. */
async function plant(): Promise<void> {
  await log.adopt();
  await log.hear({ taskId: 'first', facts: [{ type: 'task.started', data: { kind: 'workflow' } }] });
  await pool.query('UPDATE tasks_v1.checkpoint SET complete_as_of = clock_timestamp()');
}

/** One that the rows have not reached, as another instance of the program may have given out. */
async function beyond(): Promise<string> {
  const { headers } = await query.get('/v1/changes?after=now');
  const position = parsePosition(headers.get('ledger-position') ?? '')!;
  return formatPosition({ ...position, offsets: position.offsets.map((offset) => offset + 1) });
}

const room = (): WaitingRoom => query.http.nest.get(WaitingRoom);

it('is answered with 200 where no projector has run yet, and begins when one has', async () => {
  await start();
  const client = await stream();
  expect(client.response.statusCode).toBe(200);
  await eventually(() => client.text.includes(': waiting: read-model-empty\n'));
  await plant();
  await client.until('caught_up');
  await eventually(() => client.ids.length === 2);
  expect(client.events.every(({ event }) => event !== 'reset')).toBe(true);
});

it('is answered with 200 where the database stays away, and begins when it is back, behind its Last-Event-ID', async () => {
  await plant();
  await start();
  const whole = await stream();
  await whole.until('caught_up');
  const { id } = whole.events.find(({ event }) => event.startsWith('mps.'))!;
  proxy.set('refuse');
  const client = await stream({ 'last-event-id': id });
  expect(client.response.statusCode).toBe(200);
  proxy.set('open');
  await client.until('caught_up');
  expect(client.ids).toEqual(whole.ids.slice(1));
});

it('still gets 503 where its client says how long it waits', async () => {
  await start();
  expect((await stream({ prefer: 'wait=1' })).response.statusCode).toBe(503);
});

it('that waits for its position while the program stops is told closing, with its position, not refused for good', async () => {
  await plant();
  await start();
  const id = await beyond();
  const opened = stream({ 'last-event-id': id });
  await eventually(() => room().count === 1);
  await query.http.close();
  const client = await opened;
  expect(client.response.statusCode).toBe(200);
  await eventually(() => client.isEnded);
  expect(client.events).toEqual([expect.objectContaining({ event: 'closing', id })]);
});

it('a page of changes that waits for its position while the program stops is not told that it is gone', async () => {
  await plant();
  await start();
  const answer = query.get(`/v1/changes?after=${await beyond()}`, { prefer: 'wait=60' });
  await eventually(() => room().count === 1);
  await query.http.close();
  const { status, body } = await answer;
  expect([status, body.code]).toEqual([503, 'read-model-behind']);
});

it('is not told that its position is gone where too many wait to find out', async () => {
  await plant();
  await start([WAITERS, 0]);
  const id = await beyond();
  const { status, body } = await query.get(`/v1/changes?after=${id}`, { prefer: 'wait=60' });
  expect([status, body.code]).toEqual([503, 'too-many-waiters']);
  const client = await stream({ 'last-event-id': id });
  await eventually(() => client.text.includes(': waiting: too-many-waiters\n'));
});

it('that is held is told reset where its position is of another log', async () => {
  await plant();
  await start();
  const position = parsePosition(await beyond())!;
  proxy.set('refuse');
  const client = await stream({ 'last-event-id': formatPosition({ ...position, logId: 'anotherlog01' }) });
  proxy.set('open');
  expect((await client.until('reset')).data.code).toBe('position-of-another-log');
  await eventually(() => client.isEnded);
});

it('needs no turn of lists', async () => {
  await plant();
  await start([LISTS, new Lane({ atOnce: 0, waiting: 0, waitMs: 0 })]);
  expect((await query.get('/v1/tasks')).status).toBe(503);
  expect((await query.get('/v1/changes')).body.items).toHaveLength(2);
  await (await stream()).until('caught_up');
});
