import type { Pool } from 'pg';
import { eventually } from '@mps-ledger/spec-kit';
import { describePgBouncer, onServer, startPgBouncer, testDatabase } from '@mps-ledger/testing';
import type { PgBouncer, PgBouncerOptions, TestDatabase } from '@mps-ledger/testing';
import { examineDatabase } from './examine';
import { makePool, type PoolOptions } from './make-pool';

jest.setTimeout(120_000);

let db: TestDatabase;
let bouncer: PgBouncer;
const pools: Pool[] = [];
const pool = (options: Partial<PoolOptions> = {}): Pool => {
  const made = makePool({
    ...{ database: { url: bouncer.through(db.url), pooler: 'transaction' }, name: 'spec', connections: 20 },
    ...{ connectMs: 10_000, answerMs: 20_000, onIdleEnd: () => undefined, ...options },
  });
  pools.push(made);
  return made;
};

async function start(options: Partial<PgBouncerOptions> = {}): Promise<void> {
  db = await testDatabase();
  bouncer = await startPgBouncer({ url: db.url, poolSize: 2, ...options });
}

afterEach(async () => {
  await Promise.all(pools.splice(0).map((one) => one.end()));
  await bouncer.close();
  await db.close();
});

describePgBouncer('a pool over a pooler that lends by transaction', () => {
  beforeEach(() => start());

  test('asks many things at once over two connections, by name too, each answer its own', async () => {
    const many = pool();
    const asked = Array.from({ length: 500 }, (_, n) =>
      many.query<{ n: number }>({ name: `spec ${n % 3}`, text: `SELECT $1::int + ${n % 3} AS n`, values: [n] }),
    );
    const answers = await Promise.all(asked);
    expect(answers.map(({ rows }) => rows[0]?.n)).toEqual(Array.from({ length: 500 }, (_, n) => n + (n % 3)));
  });

  test('each statement has its bounds, and leaves none behind', async () => {
    const bounded = pool({ settings: { statement_timeout: 300, enable_seqscan: 'off' } });
    const free = pool();
    const show = (one: Pool) =>
      one.query(`SELECT current_setting('statement_timeout') AS t, current_setting('enable_seqscan') AS s`);
    expect((await show(bounded)).rows).toEqual([{ t: '300ms', s: 'off' }]);
    await expect(bounded.query('SELECT pg_sleep(5)')).rejects.toMatchObject({ code: '57014' });
    const left = await Promise.all(Array.from({ length: 20 }, () => show(free)));
    expect(left.map(({ rows }) => rows)).toEqual(left.map(() => [{ t: '0', s: 'on' }]));
  });

  test('a statement that fails fails alone, with its own error, and writes nothing', async () => {
    const one = pool({ connections: 5 });
    await one.query('CREATE TABLE numbers (n integer PRIMARY KEY)');
    const asked = Array.from({ length: 60 }, (_, n) =>
      one.query('INSERT INTO numbers SELECT $1 / (1 - $2::int)', [n, n % 2]).then(
        () => 'written',
        (error: unknown) => (error as { code?: string }).code,
      ),
    );
    const outcomes = await Promise.all(asked);
    expect(outcomes).toEqual(outcomes.map((_, n) => (n % 2 === 0 ? 'written' : '22012')));
    expect((await one.query('SELECT count(*)::int AS n FROM numbers')).rows).toEqual([{ n: 30 }]);
  });

  test('a commit is soon or durable, as asked, also where the server says otherwise', async () => {
    await onServer((server) => server.query(`ALTER DATABASE ${db.name} SET synchronous_commit = off`));
    const show = async (one: Pool) => (await one.query('SHOW synchronous_commit')).rows[0] as unknown;
    expect(await show(pool({ durability: 'durable' }))).toEqual({ synchronous_commit: 'on' });
    expect(await show(pool({ durability: 'soon' }))).toEqual({ synchronous_commit: 'off' });
  });

  test('recovers automatically once the pooler is back', async () => {
    const one = pool({ connections: 3 });
    await one.query('SELECT 1');
    await bouncer.kill();
    await expect(one.query('SELECT 1')).rejects.toThrow();
    await bouncer.start();
    await eventually(() =>
      one.query('SELECT 1').then(
        () => true,
        () => false,
      ),
    );
  });
});

describePgBouncer('a look at the database', () => {
  const look = (pooler: 'none' | 'transaction', directUrl?: string) =>
    examineDatabase({ database: { url: bouncer.through(db.url), pooler, directUrl }, name: 'spec' });

  test.each([1, 2, 5])('recognises a pooler that lends by transaction (%i connections)', async (poolSize) => {
    await start({ poolSize });
    expect((await look('none'))?.words).toMatch(/^DATABASE_URL leads to a pooler .*DATABASE_POOLER=transaction/);
    expect(await look('transaction')).toBeNull();
    expect(await look('transaction', db.url)).toBeNull();
    expect((await look('transaction', bouncer.through(db.url)))?.words).toMatch(
      /^DATABASE_DIRECT_URL leads to a pooler/,
    );
  });

  test('recognises it in use, where servers are taken in turn', async () => {
    await start({ poolSize: 5, lines: ['server_round_robin = 1'] });
    const busy = pool();
    const using = Array.from({ length: 200 }, () => busy.query('SELECT pg_sleep(0.01)'));
    expect((await look('none'))?.words).toMatch(/DATABASE_POOLER=transaction/);
    await Promise.all(using);
  });

  test('takes one that lends by session for what it is', async () => {
    await start({ mode: 'session', poolSize: 5 });
    expect(await look('none')).toBeNull();
  });

  test('says of one that lends by statement that it cannot be used', async () => {
    await start({ mode: 'statement' });
    expect((await look('none'))?.words).toMatch(/by statement.*pool_mode/);
    expect((await look('transaction'))?.words).toMatch(/by statement.*pool_mode/);
  });
});
