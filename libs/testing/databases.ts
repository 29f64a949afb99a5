import type { Pool, PoolConfig } from 'pg';

import { eventually } from '@mps-ledger/spec-kit';
import { connectionsOf, onServer, testRun, withDatabase } from './test-server';

/** A database of its own for one spec file. */
export interface TestDatabase {
  readonly name: string;
  /** `postgres://…`, with everything that is needed to connect. */
  readonly url: string;
  /** A pool on it, ended by `close()`. */
  pool(config?: PoolConfig): Pool;
  /**
   * Ends the pools given out and drops the database. Rejects if anything else is still connected after a while (the
   * database is dropped all the same), so that a spec cannot leak connections unseen.
   */
  close(): Promise<void>;
}

export interface DatabaseTemplate {
  /** `[a-z0-9_]`; one template per name and test run. */
  readonly name: string;
  /** Fills the empty template, once per test run, and leaves no connection open. */
  prepare(url: string): Promise<void>;
}

export interface TestDatabaseOptions {
  /** What the database begins as. Default: empty. */
  readonly template?: DatabaseTemplate;
}

/** What is left open after this is a leak. Backends take a moment to end after their client has. */
const LEAVING_MS = 3_000;

let made = 0;

/**
 * Makes a database on the test run's server (`TEST_DATABASE_URL`, set by jest/global-setup where it is not given). Call
 * it in `beforeAll`, and its `close` in `afterAll`.
 */
export async function testDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const { Pool: PgPool } = await import('pg');
  made += 1;
  const name = `${testRun()}_${process.pid}_${made}`;
  const template = options.template === undefined ? undefined : await ensureTemplate(options.template);
  await onServer((server) => server.query(`CREATE DATABASE ${name} TEMPLATE ${template ?? 'template0'}`));
  const url = withDatabase(name);
  const pools: Pool[] = [];
  return {
    name,
    url,
    pool(config) {
      const pool = new PgPool({ connectionString: url, application_name: 'spec', max: 4, ...config });
      // A server that ends connections on purpose is what some specs are about; queries report it themselves.
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

/** Made under a lock and renamed when whole, so that no worker clones half of it. */
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
