import type { Client } from 'pg';

/** How long a database of an earlier test run may stay on a server that outlives its runs. */
const LEFTOVER_AGE_MS = 6 * 3_600_000;

const PREFIX = 'ledger_test_';

/** A name that begins all databases of this test run; it tells when the run began. */
export function testRun(): string {
  return (process.env['LEDGER_TEST_RUN'] ??= `${PREFIX}${Date.now().toString(36)}`);
}

/** The server's own address. Rejects with what to do where there is no server. */
export function serverUrl(): string {
  const url = process.env['TEST_DATABASE_URL'];
  if (url === undefined || url === '') {
    throw new Error(
      'no Postgres for specs: run them through jest, whose global setup starts one, or set TEST_DATABASE_URL',
    );
  }
  return url;
}

/** The server's address with another database. */
export function withDatabase(name: string): string {
  const url = new URL(serverUrl());
  url.pathname = `/${name}`;
  return url.href;
}

/** Does something over a connection of its own to the server's maintenance database. */
export async function onServer<Value>(work: (server: Client) => Promise<Value>): Promise<Value> {
  const { Client: PgClient } = await import('pg');
  const server = new PgClient({ connectionString: serverUrl(), application_name: 'spec server' });
  await server.connect();
  try {
    return await work(server);
  } finally {
    await server.end();
  }
}

/** Who is connected to a database, in words. */
export async function connectionsOf(database: string): Promise<string[]> {
  const { rows } = await onServer((server) =>
    server.query<{ who: string }>(
      `SELECT format('%s (%s): %s', application_name, coalesce(state, 'starting'), left(query, 120)) AS who
       FROM pg_stat_activity WHERE datname = $1 AND backend_type = 'client backend'`,
      [database],
    ),
  );
  return rows.map((row) => row.who);
}

/** Drops this run's databases, and those of runs that ended long ago without doing so. */
export async function dropTestDatabases(nowMs: number): Promise<void> {
  await onServer(async (server) => {
    const { rows } = await server.query<{ name: string }>(
      "SELECT datname AS name FROM pg_database WHERE datname ~ '^ledger_test_[a-z0-9_]+$'",
    );
    for (const { name } of rows) {
      const began = Number.parseInt(name.slice(PREFIX.length).split('_')[0] ?? '', 36);
      const isOurs = name.startsWith(`${testRun()}_`);
      if (isOurs || nowMs - began > LEFTOVER_AGE_MS) {
        await server.query(`DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`);
      }
    }
  });
}
