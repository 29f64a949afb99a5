import { makePostgresLog, OutOfRange, setupPostgresLog } from '@mps-ledger/event-log';
import type { EventLog } from '@mps-ledger/event-log';
import { eventually } from '@mps-ledger/spec-kit';
import { collect, ComparingReader, CONTRACT_LAYOUT, record, startTcpProxy, testDatabase } from '@mps-ledger/testing';
import type { TcpProxy, TestDatabase } from '@mps-ledger/testing';

jest.setTimeout(120_000);

const TOPIC = 'contract.first';

let db: TestDatabase;
let proxy: TcpProxy;
let log: EventLog;

beforeEach(async () => {
  db = await testDatabase();
  await setupPostgresLog({ url: db.url, layout: CONTRACT_LAYOUT });
  proxy = await startTcpProxy(db.url);
  log = makePostgresLog({
    url: proxy.through(db.url),
    statementTimeoutMs: 500,
    connectTimeoutMs: 500,
    leaseMs: 1_500,
  });
});

afterEach(async () => {
  await log.close();
  await proxy.close();
  await db.close();
});

describe('a Postgres that cannot be reached', () => {
  it.each(['refuse', 'hang'] as const)(
    '(%s) is reported in bounded time, and used again as soon as it is back',
    async (mode) => {
      const reported: boolean[] = [];
      const { delivered, follower } = collect(log, {
        group: 'g',
        topic: TOPIC,
        onOwnership: (partition, owned) => partition === 0 && reported.push(owned),
      });
      const { offsets: before } = await log.append(TOPIC, 0, [record('before')]);
      await eventually(() => delivered.get(0, before[0]));

      proxy.set(mode);
      const began = performance.now();
      const attempts = Array.from({ length: 30 }, () => log.append(TOPIC, 0, [record('lost')]));
      for (const attempt of await Promise.allSettled(attempts)) {
        expect(attempt).toMatchObject({ status: 'rejected', reason: { code: 'log-unavailable' } });
      }
      expect(performance.now() - began).toBeLessThan(10_000);
      await expect(log.identity()).rejects.toMatchObject({ code: 'log-unavailable' });
      // Nobody can know whether another process owns them by now.
      await eventually(() => follower.owned().length === 0);
      expect(reported).toEqual([true, false]);

      proxy.set('open');
      const after = await eventually(() => log.append(TOPIC, 0, [record('after')]));
      await eventually(() => delivered.get(0, after.offsets[0]));
      expect(reported.slice(0, 3)).toEqual([true, false, true]);
    },
  );

  it('does not hold up the end', async () => {
    collect(log, { group: 'g', topic: TOPIC });
    await eventually(async () => (await log.progress('g', TOPIC)).every((position) => position !== null));
    proxy.set('hang');
    const unanswered = log.append(TOPIC, 0, [record('x')]).catch(() => undefined);
    const began = performance.now();
    await log.close();
    expect(performance.now() - began).toBeLessThan(10_000);
    await unanswered;
  });

  it('may cut every connection at any time: nothing is skipped', async () => {
    const { delivered } = collect(log, { group: 'g', topic: TOPIC, maxRecords: 3 });
    const acknowledged: number[] = [];
    for (let count = 0; count < 60; count += 1) {
      if (count % 5 === 0) proxy.cut();
      const appended = await log.append(TOPIC, 0, [record(`r-${count}`)]).catch(() => undefined);
      if (appended !== undefined) acknowledged.push(...appended.offsets);
    }
    await eventually(() => acknowledged.every((offset) => delivered.get(0, offset)));
    const offsets = delivered.log(0).map(({ offset }) => offset);
    expect(offsets).toEqual(offsets.map((_, index) => index));
  });
});

describe('a Postgres that takes nothing', () => {
  it('because it is read-only counts as unavailable, and is used again afterwards', async () => {
    const pool = db.pool();
    const setReadOnly = async (value: 'on' | 'off'): Promise<void> => {
      await pool.query(`ALTER DATABASE ${db.name} SET default_transaction_read_only = ${value}`);
      proxy.cut();
    };
    await setReadOnly('on');
    const refusal = { code: 'log-unavailable', message: expect.stringContaining('25006') };
    await eventually(async () => {
      await expect(log.append(TOPIC, 0, [record('x')])).rejects.toMatchObject(refusal);
      return true;
    });
    expect((await log.endPositions(TOPIC))[0]).toBe(1);
    await pool.query('SET default_transaction_read_only = off');
    await setReadOnly('off');
    await eventually(() => log.append(TOPIC, 0, [record('x')]));
  });

  it('because another transaction locks the partition’s row counts as unavailable, in bounded time', async () => {
    const client = await db.pool().connect();
    await client.query('BEGIN');
    await client.query('SELECT 1 FROM ledger_log.partition FOR UPDATE');
    await expect(log.append(TOPIC, 0, [record('x')])).rejects.toMatchObject({
      code: 'log-unavailable',
      message: expect.stringContaining('55P03'),
    });
    await client.query('ROLLBACK');
    client.release();
    await log.append(TOPIC, 0, [record('y')]);
  });

  it('because its tables are missing is not set up', async () => {
    await log.append(TOPIC, 0, [record('x')]);
    await db.pool().query('DROP SCHEMA ledger_log CASCADE');
    await expect(log.append(TOPIC, 0, [record('x')])).rejects.toMatchObject({ code: 'log-not-ready' });
    await expect(log.identity()).rejects.toMatchObject({ code: 'log-not-ready' });
  });
});

describe('a log that is replaced by another under its followers', () => {
  it('begins again for a waiting follower after an outage', async () => {
    const said: string[] = [];
    const debug = (_: unknown, message?: string): void => void said.push(message ?? '');
    const quiet = { debug, info: () => undefined, warn: () => undefined, error: () => undefined };
    // Ownership outlasts the outage: a new one begins again, too.
    const patient = makePostgresLog({ url: proxy.through(db.url), logger: quiet, leaseMs: 60_000 });
    const begun: number[] = [];
    const startAt = async (partition: number): Promise<number> => begun.push(partition) && 1;
    const { follower } = collect(patient, { group: 'g', topic: TOPIC, startAt });
    await eventually(() => begun.length === CONTRACT_LAYOUT.partitions);
    // All of them wait for records, once these are committed.
    for (const partition of begun.keys()) await patient.append(TOPIC, partition, [record('x')]);
    await eventually(async () => (await patient.progress('g', TOPIC)).every((position) => position === 2));
    proxy.set('refuse');
    await eventually(() => said.includes('the ends of partitions could not be read'), { what: () => said.join(', ') });
    proxy.set('open');
    await eventually(() => new Set(begun.slice(CONTRACT_LAYOUT.partitions)).size === CONTRACT_LAYOUT.partitions);
    expect(follower.owned()).toHaveLength(CONTRACT_LAYOUT.partitions);
    await patient.close();
  });

  it('is out of range for a reader that was further, and never read on by a jump', async () => {
    const failures: unknown[] = [];
    const reader = new ComparingReader();
    let isResolved = false;
    log.follow({
      group: 'g',
      topic: TOPIC,
      startAt: async (partition) => (isResolved ? 0 : reader.startAt(partition)),
      onBatch: reader.onBatch,
      onFailure: ({ error, partition }) => partition === 0 && failures.push(error),
    });
    await log.append(TOPIC, 0, [record('one'), record('two')]);
    await eventually(() => reader.position(0) === 3);
    const before = await log.identity();
    await db.pool().query('DROP SCHEMA ledger_log CASCADE');
    await setupPostgresLog({ url: db.url, layout: CONTRACT_LAYOUT });
    expect((await log.identity()).logId).not.toBe(before.logId);
    await eventually(() => failures.some((error) => error instanceof OutOfRange));
    expect(reader.texts(0)).toEqual(['one', 'two']);
    // Where to go on is its reader's decision.
    isResolved = true;
    reader.forget();
    await eventually(() => reader.position(0) === 1);
  });
});
