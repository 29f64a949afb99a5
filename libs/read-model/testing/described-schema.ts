import type { Pool } from 'pg';
import type { Table } from '../entities';

/** What the definitions say of tables: a line for each column, key and index. */
export function describeTables(tables: readonly Table[]): readonly string[] {
  return tables.flatMap(describeTable).sort();
}

function describeTable({ name, columns, key, indexes, filteredBy }: Table): readonly string[] {
  const ofColumns = Object.entries(columns).map(([column, { type, nullable, collation }]) => {
    const shown = type === 'timestamptz' ? 'timestamp with time zone' : type;
    return [`${name}.${column}`, shown, collation ?? '', nullable === true ? '' : 'not null', ''].join('|');
  });
  const { time = '', id = '' } = filteredBy ?? {};
  return [
    ...ofColumns,
    `${name}|${name}_pkey|primary|${key.join(', ')}|`,
    ...indexes.map(
      (index) => `${name}|${index.name}||${index.columns.join(', ')}|${index.where === undefined ? '' : 'partial'}`,
    ),
    ...(filteredBy?.indexes ?? []).map(
      (index) => `${name}|${index.name}||expression, ${time}, ${id}|${index.where === null ? '' : 'partial'}`,
    ),
  ];
}

/** The same lines of the tables that a schema has, but TypeORM's own; and a line for each constraint that is no key. */
export async function describeSchema(pool: Pool, schema: string): Promise<readonly string[]> {
  const { rows } = await pool.query<{ line: string }>(SQL, [schema]);
  return rows.map(({ line }) => line).sort();
}

const SQL = `
WITH tables AS (
  SELECT oid, relname FROM pg_class
  WHERE relnamespace = $1::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f') AND relname <> 'migrations'
)
SELECT concat_ws('|', t.relname || '.' || a.attname, format_type(a.atttypid, a.atttypmod),
  CASE WHEN a.attcollation <> ty.typcollation THEN co.collname ELSE '' END,
  CASE WHEN a.attnotnull THEN 'not null' ELSE '' END, coalesce(pg_get_expr(d.adbin, d.adrelid), '')) AS line
FROM tables t
JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_type ty ON ty.oid = a.atttypid
LEFT JOIN pg_collation co ON co.oid = a.attcollation
LEFT JOIN pg_attrdef d ON d.adrelid = t.oid AND d.adnum = a.attnum
UNION ALL
SELECT concat_ws('|', t.relname, i.relname,
  CASE WHEN x.indisprimary THEN 'primary' WHEN x.indisunique THEN 'unique' ELSE '' END,
  (SELECT string_agg(CASE k.attnum WHEN 0 THEN 'expression' ELSE a.attname END, ', ' ORDER BY k.place)
   FROM unnest(x.indkey::int[]) WITH ORDINALITY k (attnum, place)
   LEFT JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.attnum),
  CASE WHEN x.indpred IS NULL THEN '' ELSE 'partial' END)
FROM tables t JOIN pg_index x ON x.indrelid = t.oid JOIN pg_class i ON i.oid = x.indexrelid
UNION ALL
SELECT concat_ws('|', t.relname, c.conname, pg_get_constraintdef(c.oid))
FROM tables t JOIN pg_constraint c ON c.conrelid = t.oid WHERE c.contype NOT IN ('p', 'n')`;
