import type { Pool } from 'pg';

/** Makes the rows of one build those of another. */
export async function copyRows(pool: Pool, from: string, to: string): Promise<void> {
  const { rows } = await pool.query<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.tables
     WHERE table_schema = $1 AND table_name NOT IN ('migrations', 'format', 'cursor_key')`,
    [from],
  );
  for (const { name } of rows)
    await pool.query(`TRUNCATE ${to}.${name}; INSERT INTO ${to}.${name} SELECT * FROM ${from}.${name}`);
}
