import { Client } from 'pg';
import type { Target } from './targets/target';

/** Does something over a connection of its own to the target's database. */
export async function onDatabase<Value>(target: Target, work: (client: Client) => Promise<Value>): Promise<Value> {
  const settings = { connectionString: target.databaseUrl(), application_name: 'crash runner', query_timeout: 30_000 };
  const client = new Client(settings);
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Sends a signal to processes; those that are gone by now are left alone. */
export function signalAll(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch {
      // It ended meanwhile.
    }
  }
}
