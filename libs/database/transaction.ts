import type { ClientBase, Pool, PoolClient } from 'pg';
import { connected, giveBack } from './connected';

export interface TransactionOptions {
  /** How long to wait for a row that another transaction has locked. Default 5000. */
  readonly lockTimeoutMs?: number;
  /**
   * How long the database waits for the next statement before it ends the transaction: below the time after which a
   * paused owner is taken for dead, so that its locks do not outlive its ownership. Default 10000.
   */
  readonly idleTimeoutMs?: number;
  /** How long the database works on one statement before it cancels it. Default 55000, below what its client waits for. */
  readonly statementTimeoutMs?: number;
  /** False: the commit does not wait for the disk, and a crash of the database may undo it. Default true. */
  readonly durable?: boolean;
}

/** Answered by the work of a transaction that is to be rolled back. */
export const ROLLBACK = Symbol('rollback');

/**
 * Runs work in a transaction on a connection of its own: READ COMMITTED, whatever the database's default, with bounded
 * waits. Commits what the work resolves; where the work answers `ROLLBACK` in the first place of its answer, or rejects,
 * nothing is written. A rejection after the commit was sent leaves open whether it took place: the checkpoint says so.
 */
export async function inTransaction<Answer>(
  pool: Pool,
  work: (client: ClientBase) => Promise<readonly [typeof ROLLBACK | 'commit', Answer]>,
  options: TransactionOptions = {},
): Promise<Answer> {
  const client = await connected(pool);
  let broken = true;
  try {
    await client.query(begin(options));
    const [end, answer] = await work(client);
    await client.query(end === ROLLBACK ? 'ROLLBACK' : 'COMMIT');
    broken = false;
    return answer;
  } catch (error) {
    broken = !(await rolledBack(client));
    throw error;
  } finally {
    giveBack(client, broken);
  }
}

/** Plans are made once per connection, perhaps while a table is small: they must not scan it whole when it is large. */
function begin(options: TransactionOptions): string {
  const { lockTimeoutMs = 5_000, idleTimeoutMs = 10_000, statementTimeoutMs = 55_000, durable = true } = options;
  return `BEGIN ISOLATION LEVEL READ COMMITTED;
    SET LOCAL statement_timeout = ${statementTimeoutMs};
    SET LOCAL lock_timeout = ${lockTimeoutMs};
    SET LOCAL idle_in_transaction_session_timeout = ${idleTimeoutMs};
    ${durable ? '' : 'SET LOCAL synchronous_commit = off;'}
    SET LOCAL enable_seqscan = off`;
}

/** Ends the transaction; false where the connection does not. */
export async function rolledBack(client: PoolClient): Promise<boolean> {
  try {
    await client.query('ROLLBACK');
    return true;
  } catch {
    return false;
  }
}
