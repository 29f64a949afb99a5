import type { Client } from 'pg';
import type { Stage } from './contract';

/** Says how long a part of making data took. */
export async function timed(stage: Stage, what: string, work: () => Promise<unknown>): Promise<void> {
  const began = performance.now();
  await work();
  stage.tell(`  made ${what} in ${((performance.now() - began) / 1000).toFixed(0)} s`);
}

const INDEXES = `SELECT format('%I.%I', n.nspname, i.relname) AS name, c.conname AS key, x.indrelid::regclass::text AS "table",
    coalesce(pg_get_constraintdef(c.oid), pg_get_indexdef(i.oid)) AS definition
  FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_namespace n ON n.oid = i.relnamespace
  LEFT JOIN pg_constraint c ON c.conindid = i.oid AND c.contype = 'p'
  WHERE x.indrelid = ANY ($1::regclass[]) ORDER BY i.relname`;

interface Index {
  readonly name: string;
  /** Of the constraint that it belongs to. */
  readonly key: string | null;
  readonly table: string;
  readonly definition: string;
}

/** Adds many rows to tables without their indexes, which are made anew at the end: each then takes seconds, not many minutes. */
export async function fillTables(
  stage: Stage,
  client: Client,
  tables: readonly string[],
  work: () => Promise<void>,
): Promise<void> {
  await client.query(`SET synchronous_commit = off; SET maintenance_work_mem = '2GB'; SET work_mem = '256MB'`);
  const { rows: indexes } = await client.query<Index>(INDEXES, [tables]);
  for (const { name, key, table } of indexes)
    await client.query(key === null ? `DROP INDEX ${name}` : `ALTER TABLE ${table} DROP CONSTRAINT ${key}`);
  await work();
  for (const { key, table, name, definition } of indexes) {
    const sql = key === null ? definition : `ALTER TABLE ${table} ADD CONSTRAINT ${key} ${definition}`;
    await timed(stage, name, () => client.query(sql));
  }
  await timed(stage, 'statistics', () => client.query(`VACUUM ANALYZE ${tables.join(', ')}`));
  await client.query('CHECKPOINT');
}
