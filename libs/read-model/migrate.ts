import { Client } from 'pg';
import type { Pool } from 'pg';
import type { Logger } from 'typeorm';
import { MIGRATIONS } from './migrations';
import { MIGRATIONS_TABLE, projectionSchema } from './schema';

/** Key of the advisory lock under which one process at a time migrates: "mpsledgr" as a number's eight bytes. */
const MIGRATION_LOCK = '7885929856920479602';

/**
 * Brings the projection's schema to the version this program knows: one step, safe to run by several processes at once
 * (the others wait and then find nothing to do), safe to run again. Either all of its statements are committed or none.
 *
 * @param url of the database itself, not of a pooler in transaction mode: the lock belongs to a session.
 * @param onStatement told before each statement of the migrations is sent. Default: not told.
 */
export async function migrate(url: string, onStatement?: () => void): Promise<void> {
  const guard = new Client({ connectionString: url, application_name: 'mps-ledger migrate' });
  await guard.connect();
  try {
    await guard.query('SELECT pg_advisory_lock($1::bigint)', [MIGRATION_LOCK]);
    // TypeORM makes its own table in this schema before the first migration runs.
    await guard.query(`CREATE SCHEMA IF NOT EXISTS ${projectionSchema}`);
    await runMigrations(url, onStatement);
  } finally {
    await guard.end();
  }
}

async function runMigrations(url: string, onStatement?: () => void): Promise<void> {
  // Only who migrates pays for TypeORM: 23 MB and a fifth of a second.
  const { makeDataSource } = await import('./data-source.js');
  const dataSource = makeDataSource(url);
  if (onStatement !== undefined) dataSource.setOptions({ logger: tellingOfStatements(onStatement) });
  await dataSource.initialize();
  try {
    await dataSource.runMigrations({ transaction: 'all' });
  } finally {
    await dataSource.destroy();
  }
}

/** The one place where TypeORM lets somebody hear of a statement before it is sent. */
function tellingOfStatements(tell: () => void): Logger {
  const silent = (): void => undefined;
  return {
    logQuery: tell,
    logQueryError: silent,
    logQuerySlow: silent,
    logSchemaBuild: silent,
    logMigration: silent,
    log: silent,
  };
}

/**
 * Whether the database's schema is the one that this program knows.
 *
 * @returns null when it is; otherwise what is missing, in words fit for a readiness report. Rejects when the database
 * cannot be asked.
 */
export async function knownSchema(pool: Pool): Promise<string | null> {
  const table = `${projectionSchema}.${MIGRATIONS_TABLE}`;
  const present = await pool.query<{ there: boolean }>('SELECT to_regclass($1) IS NOT NULL AS there', [table]);
  if (present.rows[0]?.there !== true) return `schema ${projectionSchema} is missing: run setup`;
  const applied = await pool.query<{ name: string }>(`SELECT name FROM ${table}`);
  const names = new Set(applied.rows.map((row) => row.name));
  const missing = MIGRATIONS.filter((migration) => !names.has(migration.name));
  if (missing.length > 0) return `schema ${projectionSchema} is behind: run setup`;
  if (names.size > MIGRATIONS.length) return `schema ${projectionSchema} is newer than this program`;
  return null;
}
