import type { Pool } from 'pg';
import { migrate, projectionSchema } from '@mps-ledger/read-model';
import { testDatabase } from '@mps-ledger/testing';
import type { TestDatabase } from '@mps-ledger/testing';
import { PlantedLog } from '../testing/planted-log';
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

afterAll(async () => {
  await query.close();
  await database.close();
});

const FINISHED = { type: 'task.finished', data: { kind: 'workflow', status: 'FINISH' } } as const;
const REJECTED_ID = '01932d5c-0001-7000-8000-000000000001';
const withOffset = (receipt: string, offset: number): string => receipt.replace(/\d+(?=\.[^.]+$)/, String(offset));

describe('what became of a notification', () => {
  it('is received, and then derived', async () => {
    const heard = log.receive({ taskId: 'a\ud800', facts: [FINISHED] });
    const before = await query.get(`/v1/notifications/${heard.receipt}`);
    expect(before.status).toBe(200);
    expect(before.body).toMatchObject({
      receipt: heard.receipt,
      state: 'received',
      notification_id: null,
      events: null,
    });
    await heard.apply();
    const { body, headers } = await query.get(`/v1/notifications/${heard.receipt}`);
    expect(body).toEqual({
      ...{ receipt: heard.receipt, notification_id: heard.id, state: 'derived', kind: 'workflow', account: 'default' },
      ...{
        task_id: 'a\ud800',
        reason: null,
        detail: null,
        digest: 'a'.repeat(64),
        size: 100,
        events: 1,
        source: null,
        trust: 'callback-signed',
        received: heard.received,
      },
    });
    expect(Object.keys(before.body as object)).toEqual(Object.keys(body as object));
    expect(headers.get('ledger-position')).toMatch(/^p1\./);
    expect((await query.get(`/v1/notifications/${heard.id}`)).body).toEqual(body);
    expect((await query.get(`/v1/notifications/${heard.id.toUpperCase()}`)).body).toEqual(body);
  });

  it('is never confused with another one that is now at the place of the receipt', async () => {
    const lost = log.receive({ taskId: 'set back', facts: [FINISHED] });
    log.setBack(lost);
    const parked = log.receive({ taskId: 'set back', facts: [FINISHED], parked: 'broken' });
    const { receipt } = parked;
    expect((await query.get(`/v1/notifications/${lost.receipt}`)).body.state).toBe('received');
    await parked.apply();
    const { status, body, headers } = await query.get(`/v1/notifications/${lost.receipt}`);
    expect([status, body.code]).toEqual([410, 'receipt-of-another-record']);
    expect(headers.get('ledger-position')).toMatch(/^p1\./);
    expect((await query.get(`/v1/notifications/${receipt}`)).body).toMatchObject({ receipt, state: 'derived' });
  });

  it('has the reason where nothing could be read from it', async () => {
    const { receipt } = await log.hear({ taskId: null, facts: [], kind: 'unknown', reason: 'no-task-id' });
    expect((await query.get(`/v1/notifications/${receipt}`)).body).toMatchObject({
      state: 'derived',
      task_id: null,
      reason: 'no-task-id',
      events: 0,
    });
  });

  it('is found by its SessionId where it names no task', async () => {
    const sessionId = `batch-${'s'.repeat(300)}`;
    const unattributed = { taskId: null, facts: [], kind: 'batch', reason: 'no-task-id' } as const;
    const { id } = await log.hear({ ...unattributed, sessionId });
    await log.hear({ ...unattributed, sessionId: 'batch-other' });
    const found = async (name: string, more = '') =>
      (
        (await query.get(`/v1/notifications?session_id=${name}${more}`)).body.items as { notification_id: string }[]
      ).map(({ notification_id }) => notification_id);
    expect(await found(sessionId)).toEqual([id]);
    expect(await found(sessionId, '&kind=batch&account=default&state=derived')).toEqual([id]);
    expect(await found(sessionId, '&kind=live')).toEqual([]);
    expect(await found('batch')).toEqual([]);
    expect((await query.get('/v1/notifications?session_id=')).status).toBe(400);
  });

  it('is found by the source that it came by, alone and with other filters', async () => {
    const at = Date.UTC(2026, 5, 1);
    const heard: { readonly id: string; readonly receipt: string }[] = [];
    for (const [i, [source, trust]] of (
      [
        ['queue-a', 'queue'],
        ['queue-b', 'queue'],
        ['queue-a', 'file'],
        [undefined, 'queue'],
      ] as const
    ).entries()) {
      const received = new Date(at + i * 1000).toISOString();
      heard.push(await log.hear({ taskId: `by ${i}`, facts: [FINISHED], trust, received, ...(source && { source }) }));
    }
    const found = async (search: string) =>
      ((await query.get(`/v1/notifications?${search}`)).body.items as { notification_id: string }[]).map((item) =>
        heard.findIndex(({ id }) => id === item.notification_id),
      );
    expect(await found('source=queue-a')).toEqual([2, 0]);
    expect(await found('source=queue-a&source=queue-b&trust=queue')).toEqual([1, 0]);
    expect(await found(`source=queue-a&received_after=${new Date(at + 1000).toISOString()}`)).toEqual([2]);
    expect(await found('source=queue-a&account=default&state=derived&kind=workflow')).toEqual([2, 0]);
    expect(await found('source=queue-a&account=other')).toEqual([]);
    expect(await found('source=queue')).toEqual([]);
    expect((await query.get('/v1/notifications?source=')).body.errors[0].where).toBe('query.source');
    expect((await query.get('/v1/notifications?sourc=a')).body.errors[0].detail).toContain('Did you mean source?');
    const [first] = heard;
    expect((await query.get(`/v1/notifications/${first?.receipt ?? ''}`)).body.source).toBe('queue-a');
    const page = await query.get('/v1/notifications?source=queue-a&limit=1');
    const next = await query.get(`/v1/notifications?cursor=${page.body.next_cursor as string}`);
    expect([page.body.items[0].source, next.body.items[0].source]).toEqual(['queue-a', 'queue-a']);
  });

  it('is rejected, found by its id, as it has no receipt', async () => {
    await log.reject({ id: REJECTED_ID, received: new Date(0x01932d5c0001).toISOString(), reason: 'not-json' });
    expect((await query.get(`/v1/notifications/${REJECTED_ID}`)).body).toMatchObject({
      ...{
        receipt: null,
        notification_id: REJECTED_ID,
        state: 'rejected',
        kind: null,
        reason: 'not-json',
        detail: 'at byte 3',
        size: 7,
      },
    });
  });

  it('is derived also where its own event is parked, and says so', async () => {
    const { receipt, id } = await log.hear({ taskId: 'p', facts: [FINISHED], parked: 'broken' });
    expect((await query.get(`/v1/notifications/${receipt}`)).body).toMatchObject({
      ...{ receipt, notification_id: id, state: 'derived', kind: 'unknown', reason: 'parked: broken', events: null },
    });
  });

  it('is not known for places where there is none', async () => {
    const { receipt } = await log.hear({ taskId: 'q', facts: [FINISHED] });
    const genesis = await query.get(`/v1/notifications/${withOffset(receipt, 0)}`);
    expect([genesis.status, genesis.body.code]).toEqual([404, 'notification-not-found']);
    expect(genesis.headers.get('ledger-position')).toMatch(/^p1\./);
    expect((await query.get('/v1/notifications/01932d5c-ffff-7000-8000-000000000001')).body.code).toBe(
      'notification-not-found',
    );
  });

  it('is received at any place beyond what is applied, but not beyond anything that the log can hold', async () => {
    const { receipt } = await log.hear({ taskId: 'r', facts: [FINISHED] });
    const state = async (offset: number) => {
      const { status, body } = await query.get(`/v1/notifications/${withOffset(receipt, offset)}`);
      return [status, status === 200 ? (body.state as string) : (body.code as string)];
    };
    await pool.query('UPDATE tasks_v1.checkpoint SET complete_as_of = now()');
    expect(await state(1_000_000)).toEqual([200, 'received']);
    expect(await state(1_000_000_000_000)).toEqual([404, 'notification-not-found']);
    await pool.query(`UPDATE tasks_v1.checkpoint SET complete_as_of = now() - interval '30 days'`);
    expect(await state(1_000_000_000_000)).toEqual([200, 'received']);
    await pool.query('UPDATE tasks_v1.checkpoint SET complete_as_of = null');
    expect(await state(999_999_999_999_999)).toEqual([200, 'received']);
  });

  it.each([
    ['r1.otherlog0000.1.0.1.abcdef', 410, 'receipt-of-another-log'],
    ['r1.plantedlog01.7.0.1.abcdef', 410, 'receipt-of-another-log'],
    ['r1.plantedlog01.1.99.1.abcdef', 400, 'receipt-without-partition'],
    ['r1.plantedlog01.1.0.-1.abcdef', 400, 'bad-receipt'],
    ['r1.plantedlog01.1.0.1', 400, 'bad-receipt'],
    ['r1.plantedlog01.1.0.1.', 400, 'bad-receipt'],
    ['r1.plantedlog01.9999999999.0.1.abcdef', 400, 'bad-receipt'],
    ['r1.plantedlog01.1.9999999999.1.abcdef', 400, 'bad-receipt'],
    ['nonsense', 400, 'bad-receipt'],
    ['01932d5c-0001-4000-8000-000000000001', 400, 'bad-receipt'],
    ['%00', 400, 'bad-receipt'],
    [`${REJECTED_ID}?state=derived`, 400, 'bad-parameter'],
  ])('is not told for %s: %d %s', async (name, status, code) => {
    const answer = await query.get(`/v1/notifications/${name}`);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });
});

describe('what is said of rejected notifications', () => {
  const UNKNOWN = '/v1/notifications/01932d5c-ffff-7000-8000-000000000001';
  const at = (topic: string, ago: string | null) =>
    pool.query(`UPDATE tasks_v1.checkpoint SET complete_as_of = now() - $2::interval WHERE topic = $1`, [topic, ago]);

  it('is as old as the older of what was derived and what was rejected', async () => {
    const { receipt } = await log.hear({ taskId: 'fresh', facts: [FINISHED] });
    await at('mps.task-events.v1', '1 second');
    await at('mps.rejected.v1', '1 hour');
    for (const path of [UNKNOWN, `/v1/notifications/${REJECTED_ID}`, '/v1/notifications?limit=1']) {
      const { headers } = await query.get(path);
      expect(Number(headers.get('ledger-lag-ms'))).toBeGreaterThanOrEqual(3_600_000);
    }
    expect((await query.get(UNKNOWN)).body.detail).toMatch(/complete as of 36\d{5} ms ago/);
    for (const path of ['/v1/tasks/fresh', `/v1/notifications/${receipt}`])
      expect(Number((await query.get(path)).headers.get('ledger-lag-ms'))).toBeLessThan(3_600_000);
    await at('mps.rejected.v1', null);
    expect((await query.get(UNKNOWN)).headers.get('ledger-lag-ms')).toBe('unknown');
    await at('mps.rejected.v1', '1 second');
    expect(Number((await query.get(UNKNOWN)).headers.get('ledger-lag-ms'))).toBeLessThan(3_600_000);
  });
});

describe('the list of notifications', () => {
  async function walk(search: string): Promise<string[]> {
    const found: string[] = [];
    for (let next: string | null = search; next !== null;) {
      const { status, body } = await query.get(`/v1/notifications${next}`);
      expect(status).toBe(200);
      found.push(...body.items.map((item: { notification_id: string }) => item.notification_id));
      next = body.next_cursor === null ? null : `?limit=2&cursor=${body.next_cursor as string}`;
    }
    return found;
  }

  it('is newest first, each once, also where one is on the log twice at one time', async () => {
    await pool.query('TRUNCATE tasks_v1.notification');
    const ids: string[] = [];
    for (const [i, kind] of ['workflow', 'live', 'workflow', 'unknown', 'workflow'].entries()) {
      const received = new Date(Date.UTC(2026, 10, 22) + Math.floor(i / 2)).toISOString();
      ids.push((await log.hear({ taskId: `n-${i}`, facts: [], kind, received })).id);
    }
    await pool.query(`INSERT INTO tasks_v1.notification
      SELECT (jsonb_populate_record(n, '{"offset": 77, "event_offset": 77}')).* FROM tasks_v1.notification n WHERE notification_id = '${ids[2] ?? ''}'`);
    await log.reject({ id: REJECTED_ID, received: '2020-01-01T00:00:00.000Z', reason: 'not-json' });
    const all = await walk('?limit=2');
    expect(all).toHaveLength(7);
    expect([...all].sort()).toEqual([...ids, ids[2], REJECTED_ID].sort());
    expect(all).toEqual(await walk('?limit=200'));
    expect(all.at(-1)).toBe(REJECTED_ID);
    expect(all[0]).toBe(ids[4]);
    expect(await walk('?limit=1&state=rejected')).toEqual([REJECTED_ID]);
    expect((await walk('?limit=1&kind=workflow')).sort()).toEqual([ids[0], ids[2], ids[2], ids[4]].sort());
    expect(await walk('?state=derived&kind=live&account=default')).toEqual([ids[1]]);
    expect(await walk('?account=other')).toEqual([]);
  });

  it.each(['state=received', 'state=x', 'kind=x', 'limit=x', 'task_id=x', 'cursor=x'])('refuses %s', async (search) => {
    const { status, body } = await query.get(`/v1/notifications?${search}`);
    expect([status, body.errors[0].where]).toEqual([400, `query.${search.split('=')[0]}`]);
  });

  it('says of those received and not derived yet why they are in no list, and how to ask for one', async () => {
    const { body } = await query.get('/v1/notifications?state=received');
    expect(body.errors[0].detail).toMatch(/one of derived, rejected.*in no list.*\/v1\/notifications\/\{receipt\}/);
    expect((await query.get('/v1/notifications?state=toString')).body.errors[0].detail).toMatch(/rejected\.$/);
  });
});
