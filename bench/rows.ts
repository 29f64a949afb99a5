import { onDatabase } from './stage';

/** How many rows a table has, by its name with schema. */
export async function countOf(url: string, table: string): Promise<number> {
  return onDatabase(url, async (client) => {
    const { rows } = await client.query<{ n: string }>(`SELECT count(*) AS n FROM ${table}`);
    return Number(rows[0]?.n ?? 0);
  });
}
