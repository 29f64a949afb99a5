import { readdirSync, readFileSync } from 'node:fs';
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

/** A process and its children, the parent first. Linux only. */
export function familyOf(pid: number): readonly number[] {
  const children = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && parentOf(name) === pid);
  return [pid, ...children.map(Number)];
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

/** `T` while a process stands still, `R` or `S` while it works; null when it is gone. */
export function stateOf(pid: number): string | null {
  return statOf(`${pid}`)?.[0] ?? null;
}

const parentOf = (pid: string): number => Number(statOf(pid)?.[1]);

/** The fields after the name in /proc/<pid>/stat (proc_pid_stat(5)): state, parent, … */
function statOf(pid: string): readonly string[] | null {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? null;
  } catch {
    return null;
  }
}
