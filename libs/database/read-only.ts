import type { ClientBase } from 'pg';

const ASK = `
  SELECT pg_is_in_recovery() AS replica, current_setting('transaction_read_only') AS refused, current_user AS role,
         current_database() AS database,
         (SELECT string_agg(CASE WHEN setrole = 0 THEN 'database' WHEN setdatabase = 0 THEN 'role' ELSE 'both' END, ' ')
          FROM pg_db_role_setting
          WHERE (setrole = 0 OR setrole = (SELECT oid FROM pg_roles WHERE rolname = session_user))
            AND (setdatabase = 0 OR setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database()))
            AND setconfig::text ~ 'default_transaction_read_only=(on|true|yes|1)') AS set_for`;

interface Row {
  readonly replica: boolean;
  readonly refused: string;
  readonly role: string;
  readonly database: string;
  readonly set_for: string | null;
}

/** Why a database takes no writes from this session, and what would change it: one sentence without its end. Null: it takes them. */
export async function whyReadOnly(client: Pick<ClientBase, 'query'>): Promise<string | null> {
  const { rows } = await client.query<Row>(ASK);
  const [row] = rows;
  if (row === undefined || row.refused === 'off') return null;
  if (row.replica) return 'the database is a replica, which takes no writes: name the primary in DATABASE_URL';
  return `the database takes no writes, as default_transaction_read_only is on: ${mendFor(row)}`;
}

function mendFor({ role, database, set_for: setFor }: Row): string {
  const reset = 'RESET default_transaction_read_only';
  if (setFor?.includes('both') === true) return `ALTER ROLE "${role}" IN DATABASE "${database}" ${reset}`;
  if (setFor?.includes('role') === true) return `ALTER ROLE "${role}" ${reset}`;
  if (setFor?.includes('database') === true) return `ALTER DATABASE "${database}" ${reset}`;
  return 'set it off in the settings of the server, or in DATABASE_URL (options), where it was set';
}
