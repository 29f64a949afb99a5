import type { ClientBase, Pool } from 'pg';
import { inTransaction, ROLLBACK } from '@mps-ledger/database';
import type { ReadModel } from '../read-model';
import { IS_UNFILLED, POSTPONE_INDEXES, READ_POSTPONED, TAKE_POSTPONED } from '../sql/postponed-indexes';

/**
 * Drops the indexes that no key has, where the tables are empty: making them once all rows are there takes less than keeping them up with
 * each batch. Which they are is kept in the schema, so that another process can make them. Does nothing where there are rows.
 *
 * @returns number of indexes dropped
 */
export function postponeIndexes(model: ReadModel<Pool>): Promise<number> {
  const { schema, db } = model;
  return inTransaction(db, async (client) => {
    const { rows: found } = await client.query<{ is_unfilled: boolean }>(IS_UNFILLED(model));
    if (found[0]?.is_unfilled !== true) return [ROLLBACK, 0];
    const { rows } = await client.query<{ name: string }>(POSTPONE_INDEXES(model));
    for (const { name } of rows) await client.query(`DROP INDEX ${schema}.${name}`);
    return ['commit', rows.length];
  });
}

/** An index that is still to be made. */
export interface PostponedIndexToMake {
  readonly name: string;
  readonly definition: string;
}

export async function readPostponedIndexes(model: ReadModel): Promise<readonly PostponedIndexToMake[]> {
  return (await model.db.query<PostponedIndexToMake>(READ_POSTPONED(model))).rows;
}

/** Memory for sorting an index, and how soon the server notices that this process is gone, where its system lets it. */
const SETTINGS = `SET LOCAL maintenance_work_mem = '256MB';
  DO $$ BEGIN
    PERFORM set_config('client_connection_check_interval', '2s', true);
  EXCEPTION WHEN OTHERS THEN NULL; END $$`;

/** Makes an index that was postponed; nothing where another process did. Rejects once `signal` is aborted. */
export async function makePostponedIndex(
  { schema, db }: ReadModel<Pool>,
  { name, definition }: PostponedIndexToMake,
  signal?: AbortSignal,
): Promise<void> {
  await inTransaction(
    db,
    async (client) => {
      await client.query(SETTINGS);
      const { rowCount } = await client.query(TAKE_POSTPONED({ schema }), [name]);
      if (rowCount !== 1) return [ROLLBACK, undefined];
      await cancelled(db, client, signal, () => client.query(definition));
      return ['commit', undefined];
    },
    { statementTimeoutMs: 0, lockTimeoutMs: 0, idleTimeoutMs: 0 },
  );
}

/** Does work on a connection, whose statement the server cancels once the signal is aborted. */
async function cancelled(
  db: Pool,
  client: ClientBase,
  signal: AbortSignal | undefined,
  work: () => Promise<unknown>,
): Promise<void> {
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  const cancel = (): void => void db.query('SELECT pg_cancel_backend($1)', [rows[0]?.pid]).catch(() => undefined);
  signal?.throwIfAborted();
  signal?.addEventListener('abort', cancel, { once: true });
  try {
    await work();
  } finally {
    signal?.removeEventListener('abort', cancel);
  }
}

/** Tables that grow with the log: what the planner knows of them. */
const GROWING = [
  ...['history', 'notification', 'parked', 'transition', 'task', 'task_error_code', 'task_updated', 'task_state'],
  ...['subtask', 'live_item', 'failure', 'error_group', 'error_count', 'usage'],
];

/** Takes the planner's statistics of rows that were written in bulk, which the server else does some minutes later. */
export async function analyseTables({ schema, db }: ReadModel<Pool>): Promise<void> {
  for (const table of GROWING) await db.query(`ANALYZE ${schema}.${table}`);
}
