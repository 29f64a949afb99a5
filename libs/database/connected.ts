import type { Pool, PoolClient } from 'pg';

/**
 * A connection with a listener for its end, until it is given back. Listening begins before anything else is read
 * from it: the pool hands it over without a listener of its own, perhaps while the bytes that say its end are at hand
 * already. What runs on a connection that has ended rejects.
 */
export function connected(pool: Pool): Promise<PoolClient> {
  return new Promise((resolve, reject) => {
    pool.connect((error, client) => {
      client?.on('error', ignore);
      if (client === undefined) reject(error ?? new Error('the pool gave no connection'));
      else resolve(client);
    });
  });
}

/** Gives a connection back to its pool, which drops it if it is broken. */
export function giveBack(client: PoolClient, broken: boolean): void {
  client.off('error', ignore);
  client.release(broken);
}

/** A connection that dies between two statements is reported to this listener only; the next statement then rejects. */
const ignore = (): void => undefined;
