import type { Client } from 'pg';

/** How often two connections are compared: another server of the pool may answer in between. */
const TRIES = 5;

/**
 * Whether the way to a database leads through a pooler that lends its connections by transaction (or by statement). The
 * server's process is asked for: one that is not the process named at login means that something is in between, and one that serves
 * two connections at once, or changes, that it is lent. A pooler that lends by session does neither.
 *
 * @param open makes another connection like the first; not connected yet.
 */
export async function isTransactionPooler(client: Client, open: () => Client): Promise<boolean> {
  const named = (client as Client & { readonly processID?: number | null }).processID;
  if ((await processOf(client)) === named) return false;
  const other = open();
  try {
    await other.connect();
    for (let attempt = 0; attempt < TRIES; attempt += 1) if (await isLent(client, other)) return true;
    return false;
  } finally {
    await other.end().catch(() => undefined);
  }
}

async function isLent(client: Client, other: Client): Promise<boolean> {
  const before = await processOf(client);
  await other.query('BEGIN');
  try {
    if ((await processOf(other)) === before) return true;
    return (await processOf(client)) !== before;
  } finally {
    await other.query('ROLLBACK');
  }
}

async function processOf(client: Client): Promise<number> {
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  return rows[0]?.pid ?? 0;
}
