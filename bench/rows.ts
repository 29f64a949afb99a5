import { onDatabase } from './stage';
import { PARTITIONS } from './topics';

/** How many rows a table has, by its name with schema. */
export async function countOf(url: string, table: string): Promise<number> {
  return onDatabase(url, async (client) => {
    const { rows } = await client.query<{ n: string }>(`SELECT count(*) AS n FROM ${table}`);
    return Number(rows[0]?.n ?? 0);
  });
}

/**
 * SQL of how many events a table holds, as `n`. Offsets of a partition count from 1 without gaps, so that the last one is
 * their number: a look into an index of `partition` and the column of offsets.
 */
export function eventsUpToLast(table: string, offset: string): string {
  return `SELECT sum(last) AS n FROM generate_series(0, ${PARTITIONS - 1}) p (number), LATERAL (
    SELECT max(${offset}) AS last FROM ${table} WHERE partition = p.number
  ) found`;
}
