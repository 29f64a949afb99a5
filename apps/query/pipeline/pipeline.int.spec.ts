import type { Pool } from 'pg';
import { setUpKeys } from '@mps-ledger/api-keys';
import { migrate, projectionSchema } from '@mps-ledger/read-model';
import { eventually } from '@mps-ledger/spec-kit';
import { testDatabase } from '@mps-ledger/testing';
import type { TestDatabase } from '@mps-ledger/testing';
import { makeKey } from '../keys/testing/make-key';
import { PlantedLog } from '../testing/planted-log';
import { serve } from '../testing/serve';
import type { ServedQuery } from '../testing/serve';

jest.setTimeout(60_000);

const EVENTS = 'mps.task-events.v1';
const FINISHED = { type: 'task.finished', data: { kind: 'workflow', status: 'FINISH' } } as const;

interface Named {
  readonly name: string;
  readonly verdict: string;
  readonly why: string | null;
}

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

/** As a projector does that has looked at the log, whose events go so far beyond the rows. */
const complete = (ago = '0 seconds', beyond = 0) =>
  pool.query(
    `UPDATE tasks_v1.checkpoint SET complete_as_of = clock_timestamp() - $1::interval,
       event_end = CASE topic WHEN $2 THEN position + $3 END, event_end_as_of = clock_timestamp() - $1::interval`,
    [ago, EVENTS, beyond],
  );

/* eslint-disable-next-line @typescript-eslint/no-explicit-any -- as the client of any language reads it */
async function pipeline(search = ''): Promise<any> {
  const { status, body } = await query.get(`/v1/pipeline${search}`);
  expect(status).toBe(200);
  return body;
}

const verdicts = ({ balances }: { balances: Named[] }) => balances.map(({ name, verdict }) => [name, verdict]);

describe('the pipeline', () => {
  it('before anything came says that it does not know, not that nothing is missing', async () => {
    const { headers, body } = await query.get('/v1/pipeline');
    expect([headers.get('ledger-lag-ms'), body.state, body.complete_as_of, body.lag_seconds]).toEqual([
      ...['unknown', 'unknown', null, null],
    ]);
    expect(body.partitions).toHaveLength(4);
    expect(body.partitions[0].lag).toEqual({ seconds: null, notifications: null, events: null });
    expect(verdicts(body)).toEqual([
      ['notifications', 'unknown'],
      ['rejected', 'unknown'],
      ['events', 'unknown'],
    ]);
    expect(body.unknown.map(({ member }: { member: string }) => member)).toEqual([
      ...['lag.seconds', 'lag.notifications', 'lag.events'],
    ]);
    expect(body).toMatchObject({ holes: [], parked: { count: 0, reasons: [] }, rejected: { last: null }, sources: [] });
  });

  it('is fresh and balanced once everything is in the rows', async () => {
    const heard = await log.hear({ taskId: 'a', facts: [FINISHED], source: 'mps' });
    await complete();
    const body = await pipeline();
    expect([body.state, body.lag_seconds <= 5]).toEqual(['fresh', true]);
    expect(body.complete_as_of).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(verdicts(body)).toEqual([
      ['notifications', 'balanced'],
      ['rejected', 'balanced'],
      ['events', 'balanced'],
    ]);
    expect(body.balances[0]).toMatchObject({ received: 1, applied: 1, waiting: 0, why: null });
    expect(body.balances[2]).toMatchObject({ received: 2, applied: 2, waiting: 0, why: null });
    expect(body.partitions[heard.partition]).toMatchObject({
      ...{ partition: heard.partition, position: log.eventEnd(heard.partition), raw_position: heard.rawOffset + 1 },
      lag: { notifications: 0, events: 0 },
    });
    expect(body.builds).toEqual([
      {
        ...{ build: 'tasks_v1', state: 'live', fold_version: 1, log_id: 'plantedlog01' },
        ...{ log_generation: 1, event_generation: 1 },
      },
    ]);
    expect(body.unknown).toEqual([]);
  });

  it('says how many notifications wait, and in which partition', async () => {
    await complete();
    await pool.query(`UPDATE tasks_v1.checkpoint SET seen_end = raw_next + 7 WHERE topic = $1 AND partition = 2`, [
      EVENTS,
    ]);
    const body = await pipeline();
    expect(body.partitions[2].lag).toMatchObject({ notifications: 7, events: 0 });
    expect(body.balances[0]).toMatchObject({ verdict: 'under-way', waiting: 7 });
    await pool.query(`UPDATE tasks_v1.checkpoint SET seen_end = 0`);
  });

  it('says how many events wait in each partition, also where the rows have not been complete for long', async () => {
    await complete('0 seconds', 3);
    const body = await pipeline();
    expect(body.partitions.map(({ lag }: { lag: { events: number } }) => lag.events)).toEqual([3, 3, 3, 3]);
    expect(body.balances[2]).toMatchObject({ name: 'events', verdict: 'under-way', waiting: 12 });
    await pool.query(`UPDATE tasks_v1.checkpoint SET complete_as_of = clock_timestamp() - interval '1 hour'`);
    const behind = await pipeline();
    expect([behind.state, behind.partitions[1].lag.events]).toEqual(['behind', 3]);
    expect(behind.balances[2]).toMatchObject({ verdict: 'unknown', waiting: 12 });
  });

  it.each([
    ['was never seen', 'event_end = NULL, event_end_as_of = NULL'],
    ['was seen six seconds ago', `event_end_as_of = clock_timestamp() - interval '6 seconds'`],
    ['was seen by a clock that was set back since', `event_end_as_of = clock_timestamp() + interval '1 hour'`],
  ])('does not say how many events wait where the end of the event log %s', async (_, change) => {
    await complete('0 seconds', 3);
    await pool.query(`UPDATE tasks_v1.checkpoint SET ${change} WHERE partition = 1`);
    const body = await pipeline();
    expect(body.partitions.map(({ lag }: { lag: { events: number | null } }) => lag.events)).toEqual([3, null, 3, 3]);
    expect(body.balances[2]).toMatchObject({ verdict: 'unknown', received: null, waiting: null });
    expect(body.unknown).toEqual([{ member: 'lag.events', why: expect.stringContaining('/readyz') }]);
  });

  it('with a projector that has stopped claims nothing: neither fresh, nor balanced, nor without a lag', async () => {
    await complete('61 seconds');
    const { headers, body } = await query.get('/v1/pipeline');
    expect(Number(headers.get('ledger-lag-ms'))).toBeGreaterThanOrEqual(61_000);
    expect([body.state, body.lag_seconds >= 61]).toEqual(['behind', true]);
    expect(verdicts(body)).toEqual([
      ['notifications', 'unknown'],
      ['rejected', 'unknown'],
      ['events', 'unknown'],
    ]);
    expect(body.balances[0].why).toMatch(/last complete 6\d(\.\d+)? s ago/);
    for (const { lag } of body.partitions) expect(lag).toMatchObject({ notifications: null, events: null });
    expect(body.unknown[0].why).toContain('/readyz');
    const again = (await pipeline()) as { lag_seconds: number };
    expect(again.lag_seconds).toBeGreaterThan(body.lag_seconds as number);
  });

  it('with a clock of the database that was set back does not take the time to come for fresh', async () => {
    await complete('-1 hour');
    const body = await pipeline();
    expect([body.state, body.partitions[0].lag.seconds]).toEqual(['unknown', null]);
    await complete();
  });

  it('has the holes, which nothing balances', async () => {
    await complete();
    await pool.query(
      `UPDATE tasks_v1.checkpoint SET underived_to = raw_next + 3, raw_top = raw_next + 3 WHERE topic = $1 AND partition = 1`,
      [EVENTS],
    );
    const body = await pipeline();
    expect(body.holes).toEqual([{ partition: 1, from: expect.any(Number), to: expect.any(Number), passed_over: true }]);
    expect(body.holes[0].to - body.holes[0].from).toBe(3);
    expect(body.balances[0]).toMatchObject({ verdict: 'unbalanced', why: expect.stringContaining('see holes') });
    await pool.query(`UPDATE tasks_v1.checkpoint SET underived_to = NULL, raw_top = raw_next`);
  });

  it('has parked records by reason, and counts no more than 10,000', async () => {
    await log.hear({ taskId: 'p', facts: [{ ...FINISHED, parked: 'data /kind must be string' }] });
    expect((await pipeline()).parked).toMatchObject({
      ...{ count: 1, is_more: false },
      reasons: [{ reason: 'data /kind must be string', count: 1 }],
    });
    await pool.query(
      `INSERT INTO tasks_v1.parked (topic, partition, "offset", reason, headers, logged)
       SELECT 'x', 0, n, 'reason ' || n % 30, '{}', now() FROM generate_series(1, 12000) n`,
    );
    const { parked } = await pipeline();
    expect([parked.count, parked.is_more, parked.reasons.length]).toEqual([10_000, true, 20]);
    await pool.query(`DELETE FROM tasks_v1.parked WHERE topic = 'x'`);
  });

  it('has each source with its last notification, by account, and the last that was rejected', async () => {
    const at = Date.UTC(2026, 10, 23);
    const hear = (account: string, source: string, seconds: number, kind = 'workflow') =>
      log.hear({
        ...{ account, source, kind, taskId: `${account} ${source} ${seconds}`, facts: [FINISHED] },
        received: new Date(at + seconds * 1000).toISOString(),
      });
    await hear('one', 'queue', 1);
    await hear('one', 'queue', 9, 'live');
    await hear('one', 'queue', 4);
    await hear('two', 'queue', 2);
    await log.reject({
      ...{ id: '01932d5c-0001-7000-8000-000000000001', received: new Date(at + 5000).toISOString() },
      ...{ account: 'two', reason: 'not-json' },
    });
    const body = await pipeline();
    expect(body.sources.slice(0, 3)).toMatchObject([
      { source: 'queue', account: 'one', last_received: '2026-11-23T00:00:09.000Z', last_rejected: null },
      { source: 'mps', account: 'two', last_received: '2026-11-23T00:00:05.000Z' },
      { source: 'queue', account: 'two', last_received: '2026-11-23T00:00:02.000Z' },
    ]);
    expect(body.sources[1].last_rejected).toBe('2026-11-23T00:00:05.000Z');
    expect(body.rejected.last).toMatchObject({ account: 'two', source: 'mps', reason: 'not-json' });
    expect(body.sources_cut).toBe(false);
  });

  it('waits for a position, and refuses parameters that it has not', async () => {
    const { headers } = await query.get('/v1/pipeline');
    expect((await query.get(`/v1/pipeline?min_position=${headers.get('ledger-position') ?? ''}`)).status).toBe(200);
    expect((await query.get('/v1/pipeline?min_position=p1.otherlog0000.1.1.1-1-1-1.abcdef01')).status).toBe(410);
    expect((await query.get('/v1/pipeline?at=2026-11-22T09:00:00Z')).body.errors[0].where).toBe('query.at');
    expect((await query.get('/v1/pipeline?min_positon=x')).body.errors[0].detail).toContain(
      'Did you mean min_position?',
    );
  });
});

describe('with a key of some accounts', () => {
  it('sources and rejected notifications of others are not there, and parked records of no known account neither', async () => {
    await setUpKeys(pool);
    const bound = await makeKey(pool, 'bound', { accounts: ['one'] });
    const unbound = await makeKey(pool, 'unbound');
    const get = (key: string) => query.get('/v1/pipeline', { authorization: `Bearer ${key}` });
    await eventually(async () => (await get(bound)).body.parked === null);
    const { body, text } = await get(bound);
    expect(body.sources).toMatchObject([{ source: 'queue', account: 'one' }]);
    expect([body.parked, body.rejected.last, text.includes('two')]).toEqual([null, null, false]);
    expect(body.unknown).toContainEqual({ member: 'parked', why: expect.stringContaining('account') });
    expect((await get(unbound)).body.parked).not.toBeNull();
  });
});
