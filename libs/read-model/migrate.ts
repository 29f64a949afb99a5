import type { Logger, QueryRunner } from 'typeorm';
import { MIGRATIONS } from './migrations';
import type { ReadModel } from './read-model';
import { MIGRATIONS_TABLE, READ_MODEL_FORMAT } from './schema';

/** Key of the advisory lock under which one process at a time migrates: "mpsledgr" as a number's eight bytes. */
const MIGRATION_LOCK = '7885929856920479602';

/** How long another process that migrates is waited for, in ms. */
const LOCK_MS = 60_000;

/**
 * Brings the projection's schema to the version this program knows: one step, safe to run by several processes at once
 * (the others wait and then find nothing to do), safe to run again. All of it is one transaction on one connection, lock and
 * all, so that it is safe over a pooler, too.
 *
 * @param onStatement called before each statement of the migrations is sent. Default: not called.
 */
export async function migrate(url: string, schema: string, onStatement?: () => void): Promise<void> {
  // Only a migrating process loads TypeORM: 21 MB and 75 ms.
  const { makeDataSource } = await import('./data-source.js');
  const { MigrationExecutor } = await import('typeorm');
  const dataSource = makeDataSource(url, schema);
  await dataSource.initialize();
  const runner = dataSource.createQueryRunner();
  try {
    await runner.startTransaction('READ COMMITTED');
    await runner.query(`SET LOCAL lock_timeout = ${LOCK_MS}`);
    await runner.query('SELECT pg_advisory_xact_lock($1::bigint)', [MIGRATION_LOCK]);
    await ensureSchema(runner, schema);
    await runner.query(`SET LOCAL search_path TO ${schema}`);
    if (onStatement !== undefined) dataSource.setOptions({ logger: statementLogger(onStatement) });
    const executor = new MigrationExecutor(dataSource, runner);
    executor.transaction = 'all';
    await executor.executePendingMigrations();
    await runner.commitTransaction();
  } catch (error) {
    if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
    throw error;
  } finally {
    await runner.release();
    await dataSource.destroy();
  }
}

/** Creating a schema takes a right on the database, which the role that owns the schema may lack: an existing one is not created. */
async function ensureSchema(runner: QueryRunner, schema: string): Promise<void> {
  const found: unknown = await runner.query('SELECT 1 FROM pg_namespace WHERE nspname = $1', [schema]);
  // TypeORM creates its own table in this schema before the first migration runs.
  if (!Array.isArray(found) || found.length === 0) await runner.query(`CREATE SCHEMA ${schema}`);
}

/** TypeORM reports a statement before it is sent to its logger only. */
function statementLogger(onStatement: () => void): Logger {
  const silent = (): void => undefined;
  return {
    logQuery: onStatement,
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
 * @returns null when it is; otherwise what is missing, in words for a readiness report. Rejects when the database
 * is unavailable.
 */
export async function knownSchema({ schema, db }: ReadModel): Promise<string | null> {
  const table = `${schema}.${MIGRATIONS_TABLE}`;
  const present = await db.query<{ there: boolean }>('SELECT to_regclass($1) IS NOT NULL AS there', [table]);
  if (present.rows[0]?.there !== true) return `schema ${schema} is missing: run setup`;
  const format = await readFormat({ schema, db });
  if (format !== READ_MODEL_FORMAT) return formatInWords(schema, format);
  const applied = await db.query<{ name: string }>(`SELECT name FROM ${table}`);
  const names = new Set(applied.rows.map((row) => row.name));
  const missing = MIGRATIONS.filter((migration) => !names.has(migration.name));
  if (missing.length > 0) return `schema ${schema} is behind: run setup`;
  if (names.size > MIGRATIONS.length) return `schema ${schema} is newer than this program`;
  return null;
}

/** The read model's tables are of a format that this build does not read. */
export class ReadModelOfOtherFormat extends Error {
  readonly code = 'read-model-format';
}

/** Rejects with `ReadModelOfOtherFormat` where the read model was made by a build of another format. */
export async function refuseOtherFormat({ schema, db }: ReadModel): Promise<void> {
  const { rows } = await db.query<{ there: boolean }>('SELECT to_regclass($1) IS NOT NULL AS there', [
    `${schema}.projection`,
  ]);
  const format = rows[0]?.there === true ? await readFormat({ schema, db }) : READ_MODEL_FORMAT;
  if (format !== READ_MODEL_FORMAT) throw new ReadModelOfOtherFormat(formatInWords(schema, format));
}

const formatInWords = (schema: string, format: number): string =>
  `the schema ${schema} is of format ${format}, and this build reads format ${READ_MODEL_FORMAT}`;

/** Of tables that are there. Those of the first format do not say it. */
async function readFormat({ schema, db }: ReadModel): Promise<number> {
  const table = `${schema}.format`;
  const { rows } = await db.query<{ there: boolean }>('SELECT to_regclass($1) IS NOT NULL AS there', [table]);
  if (rows[0]?.there !== true) return 1;
  return (await db.query<{ format: number }>(`SELECT format FROM ${table}`)).rows[0]?.format ?? 1;
}
