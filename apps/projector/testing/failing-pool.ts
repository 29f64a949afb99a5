import type { Pool, PoolClient } from 'pg';

/** Ends a connection's backend, from another connection, and waits until the database has noticed. */
export async function endBackend(pool: Pool, pid: number): Promise<void> {
  await pool.query('SELECT pg_terminate_backend($1, 5000)', [pid]);
}

/**
 * The pool, but for one connection that dies: before its nth statement is sent, or after it was done and before that is
 * known. `survived` is true once all statements came through.
 */
export function dyingPool(pool: Pool, killer: Pool, nth: number, when: 'before' | 'after') {
  let statements = 0;
  const dyingClient = async (): Promise<PoolClient> => {
    const client = await pool.connect();
    const pid = (await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows[0]?.pid ?? 0;
    const query = client.query.bind(client) as (...given: unknown[]) => Promise<unknown>;
    const dying = async (...given: unknown[]): Promise<unknown> => {
      statements += 1;
      if (statements !== nth) return query(...given);
      if (when === 'before') {
        await endBackend(killer, pid);
        return query(...given);
      }
      const answer = await query(...given);
      await endBackend(killer, pid);
      throw new Error(`the connection was lost after a statement was done: ${typeof answer}`);
    };
    return overriding(client, 'query', dying);
  };
  const connect = (given: (error: Error | undefined, client?: PoolClient) => void): void => {
    dyingClient().then((client) => given(undefined, client), given);
  };
  return { pool: overriding(pool, 'connect', connect), survived: (): boolean => statements < nth };
}

/** The object with one of its methods replaced. */
function overriding<Target extends object>(target: Target, name: string, method: unknown): Target {
  return new Proxy(target, {
    get(original, asked) {
      if (asked === name) return method;
      const member: unknown = Reflect.get(original, asked);
      return typeof member === 'function' ? (member.bind(original) as unknown) : member;
    },
  });
}
