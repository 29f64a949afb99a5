import { Client } from 'pg';
import type { Target } from './targets/target';

/** Runs `work` with a separate connection to the target's database. */
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

/** Sends a signal to processes; those that have ended are ignored. */
export function signalAll(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch {
      // The process has ended.
    }
  }
}
