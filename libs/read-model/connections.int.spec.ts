import type { Client, Pool } from 'pg';
import { inTransaction } from '@mps-ledger/database';
import { eventually } from '@mps-ledger/spec-kit';
import { onServer, startTcpProxy, testDatabase } from '@mps-ledger/testing';
import type { TestDatabase } from '@mps-ledger/testing';
import { projectionSchema } from './default-schema';
import { readModelIn } from './read-model';
import { openSnapshot } from './scan/snapshot';

jest.setTimeout(60_000);

const NAME = 'spec of connections';

async function pidWhen(server: Client, state: string): Promise<number> {
  const sql = `SELECT pid FROM pg_stat_activity WHERE application_name = $1 AND state = $2 AND query LIKE '%sleep%'`;
  return eventually(async () => (await server.query<{ pid: number }>(sql, [NAME, state])).rows[0]?.pid);
}

const USES: readonly [string, (pool: Pool) => Promise<void>][] = [
  ['a transaction', (pool) => inTransaction(pool, () => Promise.resolve(['commit', undefined]))],
  ['a snapshot', async (pool) => (await openSnapshot(readModelIn(projectionSchema, pool))).close()],
];

describe.each(USES)('%s', (_, use) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await testDatabase();
  });
  afterAll(() => database.close());

  it('rejects, and nothing worse, on a connection whose end arrives in the moment it is handed over', async () => {
    const proxy = await startTcpProxy(database.url);
    const pool = database.pool({ max: 1, connectionString: proxy.through(database.url), application_name: NAME });
    try {
      await onServer(async (server) => {
        const before = pool.query('SELECT pg_sleep(0.3)');
        await pidWhen(server, 'active');
        const waiting = use(pool);
        proxy.set('hang');
        const pid = await pidWhen(server, 'idle');
        await server.query('SELECT pg_terminate_backend($1, 5000)', [pid]);
        // The answer to the first and the end of the connection now come in one piece.
        proxy.set('open');
        await before;
        await expect(waiting).rejects.toThrow(/terminat|not queryable/i);
        await use(pool);
      });
    } finally {
      await pool.end();
      await proxy.close();
    }
  });
});
