import type { ClientBase, Pool } from 'pg';
import { connected, giveBack } from './connected';
import { rolledBack } from './transaction';

/**
 * Runs several reads in one snapshot, on a connection of their own: what is committed meanwhile is in none of them. Each statement is
 * limited in time as the pool says.
 */
export async function inSnapshot<Value>(pool: Pool, work: (client: ClientBase) => Promise<Value>): Promise<Value> {
  const client = await connected(pool);
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    return await work(client);
  } finally {
    // Nothing was written. A connection that does not end its transaction is not given to others.
    giveBack(client, !(await rolledBack(client)));
  }
}
