import type { Pool } from 'pg';

/** Every row of a build but what is not made of the log: times of the projector's own clock, how far it saw the log, and what names the build. */
export async function rowsOfSchema(pool: Pool, schema: string): Promise<Record<string, readonly string[]>> {
  const { rows: tables } = await pool.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class WHERE relnamespace = $1::regnamespace AND relkind = 'r'
     AND relname NOT IN ('migrations', 'cursor_key') ORDER BY 1`,
    [schema],
  );
  const rows: Record<string, readonly string[]> = {};
  for (const { name } of tables) {
    const sql = `SELECT (to_jsonb(t) - '{complete_as_of,seen_end,event_end,event_end_as_of}'::text[])::text AS row FROM ${schema}.${name} t ORDER BY 1`;
    rows[name] = (await pool.query<{ row: string }>(sql)).rows.map(({ row }) => row);
  }
  return rows;
}
