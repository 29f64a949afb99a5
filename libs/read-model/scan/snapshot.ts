import type { ClientBase, Pool } from 'pg';
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
