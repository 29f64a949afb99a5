import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { Pool } from 'pg';
import { makePostgresLog, setupPostgresLog } from '@mps-ledger/event-log';
import type { EventLog, LogIdentity, NewRecord } from '@mps-ledger/event-log';
import { makeHealth, makeMetrics, silentLogger } from '@mps-ledger/platform';
import { createTables, ALL_PROJECTIONS, RAW, readBody, removeBodies, schemaOf } from '@mps-ledger/projections';
import { LEDGER_LAYOUT, TOPICS } from '@mps-ledger/records';
import { eventually } from '@mps-ledger/spec-kit';
import { testDatabase, type TestDatabase } from '@mps-ledger/testing';
import { startOptional } from './optional-projections';

const layout = { ...LEDGER_LAYOUT, partitions: 3 };

let database: TestDatabase;
let pool: Pool;
let log: EventLog;
let identity: LogIdentity;
let schema: string;
const running: { close(): Promise<void> }[] = [];

beforeEach(async () => {
  database = await testDatabase();
  pool = database.pool();
  identity = await setupPostgresLog({ url: database.url, layout });
  log = makePostgresLog({ url: database.url, layout });
  schema = schemaOf(RAW, identity);
  await createTables(pool, ALL_PROJECTIONS, identity);
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.close()));
  await log.close();
  await database.close();
});

function start(rawRetentionMs: number | null = null, health = makeHealth()) {
  const options = { log, identity, logger: silentLogger(), metrics: makeMetrics({ processMetrics: false }), health };
  const started = startOptional({ projections: [RAW], pool: database.pool({ max: 2 }), rawRetentionMs }, options);
  running.push(started);
  return started;
}

const raw = (value: Buffer | null, contentType?: string): NewRecord => ({
  key: Buffer.from('id'),
  value,
  headers: contentType === undefined ? {} : { 'content-type': contentType },
});

async function append(partition: number, ...records: readonly NewRecord[]): Promise<readonly number[]> {
  return (await log.append(TOPICS.raw, partition, records)).offsets;
}

async function caughtUp(): Promise<void> {
  await eventually(async () => {
    const ends = await log.endPositions(TOPICS.raw);
    const { rows } = await pool.query<{ position: string }>(
      `SELECT position FROM ${schema}.checkpoint ORDER BY partition`,
    );
    return rows.every(({ position }, partition) => Number(position) === ends[partition]);
  });
}

const at = (partition: number, offset: number) => readBody(pool, schema, { partition, offset });

it('keeps the exact bytes of each raw record, whatever they are', async () => {
  const bodies = [
    Buffer.alloc(0),
    Buffer.from('{"a":1}'),
    Buffer.from(JSON.stringify({ text: 'x'.repeat(100_000) })),
    randomBytes(5_000),
    gzipSync(Buffer.from('already packed'.repeat(100))),
    Buffer.from([0, 255, 0, 10]),
  ];
  const offsets = await append(1, ...bodies.map((body) => raw(body, 'application/json')));
  start();
  await caughtUp();
  for (const [n, body] of bodies.entries()) {
    const found = await at(1, offsets[n]!);
    expect(found).toEqual({ state: 'kept', bytes: body, contentType: 'application/json' });
  }
  const [size] = (await pool.query<{ bytes: number }>(`SELECT sum(length(bytes))::int AS bytes FROM ${schema}.body`))
    .rows;
  expect(size?.bytes).toBeLessThan(10_000);
});

it('goes on where it stopped, and keeps each record once', async () => {
  await append(0, ...Array.from({ length: 50 }, (_, n) => raw(Buffer.from(`before ${n}`))));
  await start().close();
  await append(0, ...Array.from({ length: 50 }, (_, n) => raw(Buffer.from(`after ${n}`))));
  start();
  start();
  await caughtUp();
  const { rows } = await pool.query<{ text: string }>(
    `SELECT convert_from(bytes, 'UTF8') AS text FROM ${schema}.body ORDER BY "offset"`,
  );
  const expected = ['before', 'after'].flatMap((when) => Array.from({ length: 50 }, (_, n) => `${when} ${n}`));
  expect(rows.map(({ text }) => text)).toEqual(expected);
});

it('tells apart what is erased, what is removed, what is not there, and what it has not reached', async () => {
  const [erased, kept] = await append(2, raw(null), raw(Buffer.from('kept')));
  start();
  await caughtUp();
  expect(await at(2, erased!)).toEqual({ state: 'erased' });
  expect(await at(2, kept!)).toMatchObject({ state: 'kept', contentType: null });
  expect(await at(2, 0)).toEqual({ state: 'none' });
  expect(await at(2, kept! + 1)).toEqual({ state: 'behind', position: kept! + 1 });
  expect(await removeBodies(pool, schema, new Date(Date.now() + 60_000))).toBe(2);
  expect(await at(2, kept!)).toEqual({ state: 'removed' });
  expect(await at(2, kept! + 1)).toEqual({ state: 'behind', position: kept! + 1 });
});

it('removes bodies once they are older than the retention, and keeps the others', async () => {
  const count = 2_500;
  for (let n = 0; n < count; n += 500)
    await append(0, ...Array.from({ length: 500 }, (_, m) => raw(Buffer.from(String(n + m)))));
  start();
  await caughtUp();
  await pool.query(`UPDATE ${schema}.body SET logged = logged - interval '3 days' WHERE "offset" <= ${count - 10}`);
  start(2 * 24 * 60 * 60 * 1_000);
  await eventually(async () => (await pool.query(`SELECT FROM ${schema}.body`)).rowCount === 10);
  expect(await at(0, 1)).toEqual({ state: 'removed' });
  expect(await at(0, count)).toMatchObject({ state: 'kept' });
});

it('parks a record that the database does not accept, goes on, and says so', async () => {
  await pool.query(`ALTER TABLE ${schema}.body ADD CONSTRAINT refused CHECK (content_type IS DISTINCT FROM 'refused')`);
  const offsets = await append(0, raw(Buffer.from('a')), raw(Buffer.from('b'), 'refused'), raw(Buffer.from('c')));
  start();
  await caughtUp();
  expect((await Promise.all(offsets.map((offset) => at(0, offset)))).map(({ state }) => state)).toEqual([
    'kept',
    'parked',
    'kept',
  ]);
});

it('is blocked by an advisory check where its tables are of another log, and setup refuses them', async () => {
  await append(0, raw(Buffer.from('a')));
  const other = { ...identity, logId: 'zzzzzzzzzzzz' };
  await expect(createTables(pool, [RAW], other)).rejects.toMatchObject({ code: 'projection-of-other-log' });
  const health = makeHealth();
  const options = { log, identity: other, logger: silentLogger(), metrics: makeMetrics(), health };
  running.push(startOptional({ projections: [RAW], pool: database.pool({ max: 2 }), rawRetentionMs: null }, options));
  await eventually(async () => (await health.report()).checks.some(({ ok }) => !ok));
  expect(await health.report()).toMatchObject({ status: 'ready', checks: [{ name: 'projection raw' }] });
  expect((await pool.query(`SELECT FROM ${schema}.body`)).rowCount).toBe(0);
});

it('creates its tables once, also by several processes at once, and again without a right to create any', async () => {
  await pool.query(`DROP SCHEMA ${schema} CASCADE`);
  await Promise.all(Array.from({ length: 4 }, () => createTables(pool, ALL_PROJECTIONS, identity)));
  const { rows } = await pool.query(`SELECT FROM ${schema}.checkpoint`);
  expect(rows).toHaveLength(layout.partitions);
});
