import { testDatabase } from './databases';
import { onServer } from './test-server';

jest.setTimeout(60_000);

async function exists(name: string): Promise<boolean> {
  const { rows } = await onServer((server) => server.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]));
  return rows.length > 0;
}

describe('a database for specs', () => {
  it('is empty, and gone once it is closed', async () => {
    const db = await testDatabase();
    const { rows } = await db
      .pool()
      .query("SELECT 1 FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')");
    expect(rows).toEqual([]);
    await db.close();
    expect(await exists(db.name)).toBe(false);
  });

  it('fails a spec that leaves a connection open, saying which, and is dropped all the same', async () => {
    const { Pool } = await import('pg');
    const db = await testDatabase();
    const leak = new Pool({ connectionString: db.url, application_name: 'the leak' });
    leak.on('error', () => undefined);
    await leak.query('SELECT 1');
    await expect(db.close()).rejects.toThrow(/left 1 connections open: the leak \(idle\)/);
    expect(await exists(db.name)).toBe(false);
    await leak.end();
  });

  it('is a copy of its template, which is prepared once however many ask for it at once', async () => {
    let prepared = 0;
    const template = {
      name: `spec_${process.pid}`,
      prepare: async (url: string): Promise<void> => {
        const { Client } = await import('pg');
        const client = new Client({ connectionString: url });
        await client.connect();
        await client.query('CREATE TABLE prepared AS SELECT 7 AS n');
        await client.end();
        prepared += 1;
      },
    };
    const databases = await Promise.all([1, 2, 3].map(() => testDatabase({ template })));
    for (const db of databases) {
      const { rows } = await db.pool().query('SELECT n FROM prepared');
      expect(rows).toEqual([{ n: 7 }]);
      await db.close();
    }
    expect(prepared).toBe(1);
  });
});
