import type { ClientBase, Pool } from 'pg';
import { inTransaction } from '@mps-ledger/database';
import type { LogIdentity } from '@mps-ledger/event-log';
import { schemaOf, type OptionalProjection } from './projection';
import { COMMON_TABLES, FIRST_CHECKPOINTS, withSchema } from './sql';

/** Key of the advisory lock under which one process at a time creates tables: "mpsldgrp" as a number's eight bytes. */
const TABLES_LOCK = '7885929856920605296';

/** The tables of an optional projection were filled from another log. */
export class ProjectionOfOtherLog extends Error {
  readonly code = 'projection-of-other-log';
}

/**
 * Creates the tables of optional projections where there are none, with a checkpoint at zero for each partition. Safe to run by several
 * processes at once, and again: it needs no right where the tables exist. Rejects with `ProjectionOfOtherLog`.
 */
export async function createTables(
  pool: Pool,
  projections: readonly OptionalProjection[],
  log: LogIdentity,
): Promise<void> {
  for (const projection of projections) {
    const schema = schemaOf(projection, log);
    if (await isThere(pool, schema)) await refuseOtherLog(pool, schema, log);
    else await create(pool, schema, projection, log);
  }
}

/** Whether the tables exist. Read from the catalogue itself: to_regclass answers from a cache that may be older than the lock. */
async function isThere(db: Pool | ClientBase, schema: string): Promise<boolean> {
  const sql = `SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = $1 AND c.relname = 'checkpoint'`;
  return (await db.query(sql, [schema])).rows.length > 0;
}

async function refuseOtherLog(pool: Pool, schema: string, { logId }: LogIdentity): Promise<void> {
  const { rows } = await pool.query<{ log_id: string }>(withSchema('SELECT log_id FROM $schema.log', schema));
  if (rows[0]?.log_id === logId) return;
  throw new ProjectionOfOtherLog(
    `the schema ${schema} was filled from log ${rows[0]?.log_id ?? 'unknown'}, and here is log ${logId}: ` +
      `drop it (DROP SCHEMA ${schema} CASCADE) and run setup, which fills it anew from the log`,
  );
}

async function create(pool: Pool, schema: string, projection: OptionalProjection, log: LogIdentity): Promise<void> {
  await inTransaction(pool, async (client) => {
    await client.query('SELECT pg_advisory_xact_lock($1::bigint)', [TABLES_LOCK]);
    if (await isThere(client, schema)) return ['commit', undefined];
    const found = await client.query('SELECT 1 FROM pg_namespace WHERE nspname = $1', [schema]);
    if (found.rows.length === 0) await client.query(`CREATE SCHEMA ${schema}`);
    await client.query(withSchema(`${COMMON_TABLES};${projection.tables}`, schema));
    await client.query(withSchema('INSERT INTO $schema.log VALUES ($1)', schema), [log.logId]);
    await client.query(withSchema(FIRST_CHECKPOINTS, schema), [projection.topic, log.partitions]);
    return ['commit', undefined];
  });
}
