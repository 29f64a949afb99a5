import type { ClientBase, Pool, PoolClient } from 'pg';
import { connected, giveBack } from '@mps-ledger/database';
import { readModelIn, type ReadModel } from '../read-model';
import { DATABASE_TIME } from '../sql/database-time';

/** The rows of the projection as they were at one moment, for as long as it is open. */
export interface Snapshot {
  readonly model: ReadModel<ClientBase>;
  /** The database's clock when it was taken: RFC 3339, UTC, microseconds. */
  readonly taken: string;
  /** Ends it; its connection is free again. */
  close(): Promise<void>;
}

const BEGIN = `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
  SET LOCAL bytea_output = 'hex';
  SET LOCAL enable_seqscan = off;
  SET LOCAL statement_timeout = 0;
  SET LOCAL idle_in_transaction_session_timeout = 0`;

/** Takes a snapshot: what is committed later is not in it, whatever is read, and in whatever order. */
export async function openSnapshot({ schema, db: pool }: ReadModel<Pool>): Promise<Snapshot> {
  const client = await connected(pool);
  try {
    await client.query(BEGIN);
    const { rows } = await client.query<{ now: string }>(DATABASE_TIME);
    return {
      model: readModelIn(schema, client),
      taken: rows[0]?.now ?? '',
      close: async () => {
        const ended = await client.query('ROLLBACK').then(
          () => true,
          () => false,
        );
        giveBack(client, !ended);
      },
    };
  } catch (error) {
    giveBack(client, true);
    throw error;
  }
}

/** Two builds as they were at one moment, each on a connection of its own, for as long as they are open. */
export interface TwoAtOnce {
  readonly from: ReadModel<ClientBase>;
  readonly to: ReadModel<ClientBase>;
  close(): Promise<void>;
}

const WHOLE_TABLES = `SET LOCAL bytea_output = 'hex'; SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0;
  SET LOCAL work_mem = '64MB'`;

/** Takes one snapshot for two connections of one database, to read whole tables of two schemas at once. */
export async function openTwoAtOnce(from: ReadModel<Pool>, to: ReadModel<Pool>): Promise<TwoAtOnce> {
  const clients: PoolClient[] = [];
  const close = async (): Promise<void> => {
    for (const client of clients.splice(0)) {
      const ended = await client.query('ROLLBACK').then(
        () => true,
        () => false,
      );
      giveBack(client, !ended);
    }
  };
  const begin = async (pool: Pool, snapshot: string | null): Promise<PoolClient> => {
    const client = await connected(pool);
    clients.push(client);
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    if (snapshot !== null) await client.query(`SET TRANSACTION SNAPSHOT '${snapshot}'`);
    await client.query(WHOLE_TABLES);
    return client;
  };
  try {
    const first = await begin(from.db, null);
    const { rows } = await first.query<{ snapshot: string }>('SELECT pg_export_snapshot() AS snapshot');
    const second = await begin(to.db, rows[0]?.snapshot ?? '');
    return { from: readModelIn(from.schema, first), to: readModelIn(to.schema, second), close };
  } catch (error) {
    await close();
    throw error;
  }
}
