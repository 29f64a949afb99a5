import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { Pool } from 'pg';
import type { EventLog, NewRecord } from '@mps-ledger/event-log';
import { makeHealth } from '@mps-ledger/platform';
import { createTables, ALL_PROJECTIONS, RAW, readBody, removeBodies } from '@mps-ledger/projections';
import { TOPICS } from '@mps-ledger/records';
import { eventually } from '@mps-ledger/spec-kit';
import { testDatabase } from '@mps-ledger/testing';
import { openOptionalLedger } from '../testing/optional-ledger';
import type { OptionalLedger } from '../testing/optional-ledger';

let ledger: OptionalLedger;
let pool: Pool;
let log: EventLog;
let schema: string;

beforeEach(async () => {
  ledger = await openOptionalLedger(RAW, await testDatabase());
  ({ pool, log, schema } = ledger);
});
afterEach(() => ledger.close());

const caughtUp = () => eventually(() => ledger.isCaughtUp());

const raw = (value: Buffer | null, contentType?: string): NewRecord => ({
  key: Buffer.from('id'),
  value,
  headers: contentType === undefined ? {} : { 'content-type': contentType },
});

async function append(partition: number, ...records: readonly NewRecord[]): Promise<readonly number[]> {
  return (await log.append(TOPICS.raw, partition, records)).offsets;
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
  ledger.start();
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
  await ledger.start().close();
  await append(0, ...Array.from({ length: 50 }, (_, n) => raw(Buffer.from(`after ${n}`))));
  ledger.start();
  ledger.start();
  await caughtUp();
  const { rows } = await pool.query<{ text: string }>(
    `SELECT convert_from(bytes, 'UTF8') AS text FROM ${schema}.body ORDER BY "offset"`,
  );
  const expected = ['before', 'after'].flatMap((when) => Array.from({ length: 50 }, (_, n) => `${when} ${n}`));
  expect(rows.map(({ text }) => text)).toEqual(expected);
});

it('tells apart what is erased, what is removed, what is not there, and what it has not reached', async () => {
  const [erased, kept] = await append(2, raw(null), raw(Buffer.from('kept')));
  ledger.start();
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
  ledger.start();
  await caughtUp();
  await pool.query(`UPDATE ${schema}.body SET logged = logged - interval '3 days' WHERE "offset" <= ${count - 10}`);
  ledger.start({ rawRetentionMs: 2 * 24 * 60 * 60 * 1_000 });
  await eventually(async () => (await pool.query(`SELECT FROM ${schema}.body`)).rowCount === 10);
  expect(await at(0, 1)).toEqual({ state: 'removed' });
  expect(await at(0, count)).toMatchObject({ state: 'kept' });
});

it('parks a record that the database does not accept, goes on, and says so', async () => {
  await pool.query(`ALTER TABLE ${schema}.body ADD CONSTRAINT refused CHECK (content_type IS DISTINCT FROM 'refused')`);
  const offsets = await append(0, raw(Buffer.from('a')), raw(Buffer.from('b'), 'refused'), raw(Buffer.from('c')));
  ledger.start();
  await caughtUp();
  expect((await Promise.all(offsets.map((offset) => at(0, offset)))).map(({ state }) => state)).toEqual([
    'kept',
    'parked',
    'kept',
  ]);
});

it('is blocked by an advisory check where its tables are of another log, and setup refuses them', async () => {
  await append(0, raw(Buffer.from('a')));
  const other = { ...ledger.identity, logId: 'zzzzzzzzzzzz' };
  await expect(createTables(pool, [RAW], other)).rejects.toMatchObject({ code: 'projection-of-other-log' });
  const health = makeHealth();
  ledger.start({ identity: other, health });
  await eventually(async () => (await health.report()).checks.some(({ ok }) => !ok));
  expect(await health.report()).toMatchObject({ status: 'ready', checks: [{ name: 'projection raw' }] });
  expect((await pool.query(`SELECT FROM ${schema}.body`)).rowCount).toBe(0);
});

it('creates its tables once, also by several processes at once, and again without a right to create any', async () => {
  await pool.query(`DROP SCHEMA ${schema} CASCADE`);
  await Promise.all(Array.from({ length: 4 }, () => createTables(pool, ALL_PROJECTIONS, ledger.identity)));
  const { rows } = await pool.query(`SELECT FROM ${schema}.checkpoint`);
  expect(rows).toHaveLength(3);
});
