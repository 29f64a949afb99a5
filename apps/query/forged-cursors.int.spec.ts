import { createHmac } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import type { Pool } from 'pg';
import { migrate, projectionSchema, readCursorKey, readModelIn, taskKey } from '@mps-ledger/read-model';
import { testDatabase } from '@mps-ledger/testing';
import type { TestDatabase } from '@mps-ledger/testing';
import { makeCursorSealer } from './http/cursor';
import type { CursorContent, CursorSealer } from './http/cursor';
import { PlantedLog } from './testing/planted-log';
import { serve } from './testing/serve';
import type { ServedQuery } from './testing/serve';

jest.setTimeout(120_000);

let database: TestDatabase;
let pool: Pool;
let log: PlantedLog;
let query: ServedQuery;
let sealer: CursorSealer;

const STARTED = { type: 'task.started', data: { kind: 'workflow' } } as const;

beforeAll(async () => {
  database = await testDatabase({ template: { name: 'read_model', prepare: (url) => migrate(url, projectionSchema) } });
  pool = database.pool();
  log = new PlantedLog(pool);
  await log.adopt();
  for (const taskId of ['a', 'b', 'c', 'a', 'a']) await log.hear({ taskId, facts: [STARTED] });
  query = await serve(database.url);
  sealer = makeCursorSealer(await readCursorKey(readModelIn(projectionSchema, pool)));
});

afterAll(async () => {
  await query.close();
  await database.close();
});

const LISTS = ['/v1/tasks', '/v1/notifications', '/v1/tasks/a/history'] as const;

async function refused(path: string, cursor: string): Promise<void> {
  const { status, body } = await query.get(`${path}?cursor=${cursor}`);
  expect([path, cursor, status, body.code, body.errors?.[0]?.where]).toEqual([
    ...[path, cursor, 400, 'bad-parameter', 'query.cursor'],
  ]);
}

/** Contents that Postgres could not take, or that no list has: `sound` is one that it made itself. */
function hostile(sound: CursorContent): CursorContent[] {
  const texts = [
    ...[
      '',
      'x',
      '\0',
      '\ud800',
      '-1',
      '1e9',
      '99999999999',
      '9'.repeat(30),
      'NaN',
      'infinity',
      'now',
      "'; select 1 --",
    ],
    ...['2026-02-30T00:00:00.000000Z', '2026-01-01T00:00:00.000000+23:00', '0000-01-01T00:00:00.000000Z', 'zz', 'abc'],
    ...['294277-01-01T00:00:00.000000Z', 'x'.repeat(10_000)],
  ];
  const places = sound.after.flatMap((_, i) =>
    texts.map((text) => sound.after.map((part, j) => (i === j ? text : part))),
  );
  // A notification may have any id, and an offset is any number that Postgres can count.
  const isSound = (after: readonly string[]): boolean =>
    after.at(-1) === '99999999999' || (after.length === 5 && after[1] !== sound.after[1] && after[1] !== '\0');
  const wrong = places.filter((after) => !isSound(after) || sound.list === 'tasks');
  const filters = [
    ...texts
      .filter((text) => !text.endsWith('+23:00'))
      .flatMap((text) => ['kind', 'status', 'received_after', 'no_such'].map((name) => ({ [name]: text }))),
    ...[
      { limit: '1' },
      { cursor: 'x' },
      { error_code: 'x'.repeat(201) },
      { session_id: '' },
      { account: '-a' },
      { account: '\0' },
    ],
    JSON.parse('{"__proto__":"x"}') as Record<string, string>,
    { received_after: '2026-01-01T00:00:00+23:00:00' },
  ];
  return [
    ...[[], sound.after.slice(1), [...sound.after, 'x'], [...sound.after, ...sound.after]].map((after) => ({
      ...sound,
      after,
    })),
    ...wrong.map((after) => ({ ...sound, after })),
    ...filters.map((filter) => ({ ...sound, filter })),
    ...['', 'task', 'Tasks', 'history', 'history x', `history ${'0'.repeat(64)}`].map((list) => ({ ...sound, list })),
  ];
}

describe('a client that has the key itself', () => {
  it.each(LISTS)('cannot make a cursor that %s answers otherwise than with 400', async (path) => {
    const { body } = await query.get(`${path}?limit=1`);
    const sound = sealer.open(body.next_cursor as string);
    if (sound === null) throw new Error('no cursor');
    expect((await query.get(`${path}?cursor=${sealer.seal(sound)}`)).status).toBe(200);
    for (const content of hostile(sound)) await refused(path, sealer.seal(content));
  });

  it('cannot shift a time zone further than Postgres counts: times are read as parameters are', async () => {
    const { body } = await query.get('/v1/tasks?limit=1');
    const sound = sealer.open(body.next_cursor as string);
    if (sound === null) throw new Error('no cursor');
    const filter = { received_after: '2026-01-01T00:00:00+23:59' };
    expect((await query.get(`/v1/tasks?cursor=${sealer.seal({ ...sound, filter })}`)).status).toBe(200);
  });
});

it('a client that knows only the id of the log has no key', async () => {
  const { body, headers } = await query.get('/v1/tasks?limit=1');
  const logId = headers.get('ledger-position')?.split('.')[1] ?? '';
  const content = sealer.open(body.next_cursor as string);
  const text = Buffer.from(JSON.stringify([content?.list, content?.filter, content?.after]));
  const key = createHmac('sha256', 'mps-ledger cursor 1').update(logId).digest();
  for (const bytes of [text, deflateRawSync(text)]) {
    const mac = createHmac('sha256', key).update(bytes).digest().subarray(0, 16);
    await refused('/v1/tasks', Buffer.concat([mac, bytes]).toString('base64url'));
  }
});

it('every process takes the cursors of every other one, and no other installation does', async () => {
  const { body } = await query.get('/v1/tasks?limit=1');
  const cursor = body.next_cursor as string;
  const neighbour = await serve(database.url);
  expect((await neighbour.get(`/v1/tasks?cursor=${cursor}`)).status).toBe(200);
  await neighbour.close();
  const elsewhere = await testDatabase({
    template: { name: 'read_model', prepare: (url) => migrate(url, projectionSchema) },
  });
  try {
    await new PlantedLog(elsewhere.pool()).adopt();
    await elsewhere.pool().query(`UPDATE tasks_v1.cursor_key SET key = sha256(key)`);
    const other = await serve(elsewhere.url);
    expect((await other.get(`/v1/tasks?cursor=${cursor}`)).status).toBe(400);
    await other.close();
  } finally {
    await elsewhere.close();
  }
});

describe('its own cursor is taken', () => {
  const session = (text: string) => ({ type: 'task.started', data: { kind: 'workflow', session_id: text } }) as const;

  it.each([
    ['of control characters', '\u0001'],
    ['of emoji', '😀'],
    ['of three bytes each', '媒'],
    ['of quotes', '"'],
  ])('however long its filter is: %s', async (_, character) => {
    const text = character.repeat(1000);
    for (const n of [1, 2, 3]) await log.hear({ taskId: `long-${character}-${n}`, facts: [session(text)] });
    await walked(text);
  });

  it('however little its filter can be packed', async () => {
    const text = Array.from({ length: 1000 }, (_, i) => String.fromCodePoint(0x20000 + ((i * 7919) % 42_711))).join('');
    for (const taskId of ['wide-1', 'wide-2', 'wide-3']) await log.hear({ taskId, facts: [session(text)] });
    const longest = await walked(text);
    expect(longest).toBeGreaterThan(2000);
  });

  async function walked(text: string): Promise<number> {
    const filters = `status=processing&kind=workflow&account=default&received_after=2020-01-01T00:00:00.123456789Z`;
    let cursor: string | null = null;
    let longest = 0;
    for (let page = 0; page < 3; page++) {
      const search = `limit=1&session_id=${encodeURIComponent(text)}&${filters}`;
      const { status, body, headers } = await query.get(
        `/v1/tasks?${cursor === null ? search : `limit=1&cursor=${cursor}${page === 2 ? `&${search.slice(8)}` : ''}`}`,
      );
      expect([status, body.items?.length]).toEqual([200, 1]);
      cursor = body.next_cursor as string | null;
      longest = Math.max(longest, cursor?.length ?? 0);
      expect(headers.get('link') !== null).toBe(cursor !== null && cursor.length <= 2000);
      if (cursor === null) break;
    }
    return longest;
  }

  it('also in the path of a task whose id has 10,000 characters', async () => {
    const taskId = '媒'.repeat(10_000);
    for (let n = 0; n < 3; n++) await log.hear({ taskId, facts: [STARTED] });
    const path = `/v1/tasks/${encodeURIComponent(taskId)}/history`;
    const { body } = await query.get(`${path}?limit=1`);
    expect((await query.get(`${path}?limit=1&cursor=${body.next_cursor as string}`)).status).toBe(200);
    const sound = sealer.open(body.next_cursor as string);
    expect(sound?.list).toBe(`history ${taskKey('default', taskId).toString('hex')}`);
  });
});
