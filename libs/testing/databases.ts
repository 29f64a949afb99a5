import { randomBytes } from 'node:crypto';

import type { Pool, PoolConfig } from 'pg';

import { eventually } from '@mps-ledger/spec-kit';
import { connectionsOf, onServer, testRun, withDatabase } from './test-server';

/** A separate database for one spec file. */
export interface TestDatabase {
  readonly name: string;
  /** The complete URL, `postgres://…`. */
  readonly url: string;
  /** A pool of connections to it, ended by `close()`. */
  pool(config?: PoolConfig): Pool;
  /**
   * Ends the pools and drops the database. Rejects if other connections are still open after a while (the database is dropped anyway),
   * so that a spec that leaks connections fails.
   */
  close(): Promise<void>;
}

export interface DatabaseTemplate {
  /** `[a-z0-9_]`; one template per name and test run. */
  readonly name: string;
  /** Fills the empty template, once per test run. It must close its connections. */
  prepare(url: string): Promise<void>;
}

export interface TestDatabaseOptions {
  /** The template of the database. Default: empty. */
  readonly template?: DatabaseTemplate;
}

/** Connections that are open after this time are leaks. Backends end shortly after their client. */
const LEAVING_MS = 3_000;

let made = 0;

/**
 * Creates a database on the server of the test run (`TEST_DATABASE_URL`, by default set by jest/global-setup). Call it in
 * `beforeAll`, and its `close` in `afterAll`.
 */
export async function testDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const { Pool: PgPool } = await import('pg');
  made += 1;
  // One of the same worker may be left over by a spec that failed.
  const name = `${testRun()}_${process.pid}_${made}_${randomBytes(3).toString('hex')}`;
  const template = options.template === undefined ? undefined : await ensureTemplate(options.template);
  await onServer((server) => server.query(`CREATE DATABASE ${name} TEMPLATE ${template ?? 'template0'}`));
  const url = withDatabase(name);
  const pools: Pool[] = [];
  return {
    name,
    url,
    pool(config) {
      const pool = new PgPool({ connectionString: url, application_name: 'spec', max: 4, ...config });
      // Some specs end connections on purpose; queries report the error themselves.
      pool.on('error', () => undefined);
      pools.push(pool);
      return pool;
    },
    async close() {
      await Promise.all(pools.filter((pool) => !pool.ending).map((pool) => pool.end()));
      await dropOnceQuiet(name);
    },
  };
}

async function dropOnceQuiet(name: string): Promise<void> {
  try {
    await eventually(async () => (await connectionsOf(name)).length === 0, { timeoutMs: LEAVING_MS });
  } catch {
    const leaked = await connectionsOf(name);
    await onServer((server) => server.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
    throw new Error(`the spec left ${leaked.length} connections open: ${leaked.join('; ')}`);
  }
  await onServer((server) => server.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
}

/** Creates the template under a lock and renames it when complete, so that no worker clones a partial one. */
async function ensureTemplate(template: DatabaseTemplate): Promise<string> {
  const name = `${testRun()}_template_${template.name}`;
  await onServer(async (server) => {
    await server.query('SELECT pg_advisory_lock(hashtext($1))', [name]);
    const found = await server.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (found.rows.length > 0) return;
    const unfinished = `${name}_unfinished`;
    await server.query(`DROP DATABASE IF EXISTS ${unfinished} WITH (FORCE)`);
    await server.query(`CREATE DATABASE ${unfinished} TEMPLATE template0`);
    await template.prepare(withDatabase(unfinished));
    await eventually(async () => (await connectionsOf(unfinished)).length === 0, {
      what: `the end of all connections that prepared the template ${template.name}`,
    });
    await server.query(`ALTER DATABASE ${unfinished} RENAME TO ${name}`);
  });
  return name;
}
