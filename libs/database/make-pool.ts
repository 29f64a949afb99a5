import { Pool, type ClientBase, type PoolConfig, type QueryConfig, type QueryResult } from 'pg';

import { connected, giveBack } from './connected';
import type { Database } from './ways';
import { settingsStatement, type Durability, type SessionSettings } from './session-settings';

export interface PoolOptions {
  readonly database: Pick<Database, 'url' | 'pooler'>;
  /** Shown in pg_stat_activity. */
  readonly name: string;
  /** At most. */
  readonly connections: number;
  /** Until a connection is there, in ms; also the wait for a free one. */
  readonly connectMs: number;
  /** After this without an answer a connection is given up, in ms: a bit more than the server's own limit. */
  readonly answerMs: number;
  /** Of each statement of `query`: the server's own bounds, such as `statement_timeout`. Default: none. */
  readonly settings?: SessionSettings;
  readonly durability?: Durability;
  /** After this an unused connection is closed, in ms. Default: pg's. */
  readonly unusedMs?: number;
  /** Called with each connection before it is used. Default: not called. */
  readonly onOpened?: (() => void) | undefined;
  /** Called when an idle connection ended; it is replaced when one is needed. */
  readonly onIdleEnd: (error: Error) => void;
}

const KEEP_ALIVE_MS = 10_000;

/**
 * Makes a pool, also over a pooler that lends connections by transaction. There nothing may be left in a session: statements
 * lose their names, and each statement of `query` becomes a transaction with its settings in it. What is done on a connection of
 * one's own (`connect`) has to be a transaction, and to set its own bounds by SET LOCAL.
 */
export function makePool(options: PoolOptions): Pool {
  const { database, settings = {}, durability, unusedMs } = options;
  const isPooled = database.pooler === 'transaction';
  const session = settingsStatement(settings, 'session', durability);
  const config: PoolConfig = {
    connectionString: database.url,
    application_name: options.name,
    max: options.connections,
    connectionTimeoutMillis: options.connectMs,
    query_timeout: options.answerMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
    ...(unusedMs !== undefined && { idleTimeoutMillis: unusedMs }),
    // A transaction of one statement is sent at once: its locks never span a round trip.
    ...(isPooled && { pipeline: true }),
    // The pool waits for it, though its type does not say so.
    onConnect: (client: ClientBase): unknown => {
      options.onOpened?.();
      if (!isPooled) return prepare(client, session);
      forgetNames(client);
      return undefined;
    },
  };
  const pool = new Pool(config);
  pool.on('error', options.onIdleEnd);
  if (!isPooled) return pool;
  const begin = `BEGIN ISOLATION LEVEL READ COMMITTED; ${settingsStatement(settings, 'transaction', durability)}`;
  const query = (text: string | QueryConfig, values?: unknown[]): Promise<QueryResult> =>
    queryInTransaction(pool, begin, text, values);
  return Object.assign(pool, { query: query as Pool['query'] });
}

async function prepare(client: ClientBase, session: string): Promise<void> {
  if (session !== 'SELECT ') await client.query(session);
}

/** The next statement of that name may reach another server, which does not know it. */
function forgetNames(client: ClientBase): void {
  const query = client.query.bind(client) as (...args: unknown[]) => unknown;
  const unnamed = (first: unknown, ...rest: unknown[]): unknown =>
    query(
      typeof first === 'object' && first !== null && 'text' in first ? { ...first, name: undefined } : first,
      ...rest,
    );
  Object.assign(client, { query: unnamed });
}

async function queryInTransaction(
  pool: Pool,
  begin: string,
  text: string | QueryConfig,
  values: unknown[] | undefined,
): Promise<QueryResult> {
  const client = await connected(pool);
  let broken = true;
  try {
    const sent = [client.query(begin), client.query(text, values), client.query('COMMIT')] as const;
    const [began, answered, ended] = await Promise.allSettled(sent);
    for (const one of [began, answered, ended]) if (one.status === 'rejected') throw one.reason;
    broken = false;
    return (answered as PromiseFulfilledResult<QueryResult>).value;
  } finally {
    giveBack(client, broken);
  }
}
