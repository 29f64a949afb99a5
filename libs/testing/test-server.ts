import type { Client } from 'pg';

/** How long databases of earlier test runs are kept on a server that is used for several runs. */
const LEFTOVER_AGE_MS = 6 * 3_600_000;

const PREFIX = 'ledger_test_';

/** Prefix of all databases of this test run; it contains the time of its start. */
export function testRun(): string {
  return (process.env['LEDGER_TEST_RUN'] ??= `${PREFIX}${Date.now().toString(36)}`);
}

/** The URL of the test server. Throws with instructions if there is none. */
export function serverUrl(): string {
  const url = process.env['TEST_DATABASE_URL'];
  if (url === undefined || url === '') {
    throw new Error(
      'no Postgres for specs: run them through jest, whose global setup starts one, or set TEST_DATABASE_URL',
    );
  }
  return url;
}

/** The URL of the server with another database. */
export function withDatabase(name: string): string {
  const url = new URL(serverUrl());
  url.pathname = `/${name}`;
  return url.href;
}

/** Runs `work` with a separate connection to the server's maintenance database. */
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

/** Descriptions of the connections to a database. */
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

/** Drops the databases of this run, and those that earlier runs left behind. */
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
