import { Pool, type ClientBase, type ClientConfig, type QueryConfig, type QueryResultRow } from 'pg';

import type { Logger } from '../logger';
import { toLogError } from './faults';

export interface ConnectionOptions {
  readonly url: string;
  /** Shown in pg_stat_activity. */
  readonly applicationName: string;
  /** A statement that takes longer is cancelled, in ms. Half of it for locks, a bit more until the client gives up. */
  readonly statementTimeoutMs: number;
  /** Until a connection is there, in ms; also the wait for a free one. */
  readonly connectTimeoutMs: number;
  readonly logger: Logger;
}

/** How a connection's commits reach the disk: before they are answered, or soon after. */
export type Durability = 'durable' | 'soon';

/** A few connections used for one purpose. */
export interface Connections {
  /** Runs one autocommitted statement. Rejects with a LogError. A failed connection is thrown away. */
  run<Row extends QueryResultRow>(statement: QueryConfig): Promise<Row[]>;
  close(): Promise<void>;
}

/** The client gives up after the server should have: then not even a dead network can hold it. */
const ANSWER_GRACE_MS = 2_000;
const KEEP_ALIVE_MS = 10_000;
/** After this an unused connection is closed. */
const IDLE_MS = 60_000;

/** What any connection to the log is made with. */
export function clientConfig(options: ConnectionOptions): ClientConfig {
  return {
    connectionString: options.url,
    application_name: options.applicationName,
    connectionTimeoutMillis: options.connectTimeoutMs,
    query_timeout: options.statementTimeoutMs + ANSWER_GRACE_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
  };
}

/**
 * Makes a fresh connection safe to use, whatever the server's defaults are. As statements rather than start-up
 * parameters, which connection poolers refuse. Only look-ups by index are ever made: a plan made while the tables were
 * small must not outlive that.
 */
export async function prepareClient(
  client: Pick<ClientBase, 'query'>,
  options: ConnectionOptions,
  durability: Durability,
): Promise<void> {
  const commits =
    durability === 'soon' ? `'off'` : `CASE WHEN current_setting('synchronous_commit') = 'off' THEN 'on' END`;
  await client.query(`
    SELECT set_config('statement_timeout', '${options.statementTimeoutMs}', false),
           set_config('lock_timeout', '${Math.ceil(options.statementTimeoutMs / 2)}', false),
           set_config('idle_in_transaction_session_timeout', '${options.statementTimeoutMs}', false),
           set_config('default_transaction_isolation', 'read committed', false),
           set_config('enable_seqscan', 'off', false),
           set_config('enable_bitmapscan', 'off', false),
           set_config('synchronous_commit', coalesce(${commits}, current_setting('synchronous_commit')), false)`);
}

/** Makes a pool of at most `max` connections, opened as needed. */
export function makeConnections(options: ConnectionOptions, durability: Durability, max: number): Connections {
  // The pool waits for it, though its type does not say so.
  const onConnect = (client: ClientBase): unknown => prepareClient(client, options, durability);
  const pool = new Pool({ ...clientConfig(options), max, idleTimeoutMillis: IDLE_MS, onConnect });
  // An idle connection that ends is replaced when it is needed.
  pool.on('error', ({ message }) => options.logger.debug({ reason: message }, 'an idle connection to the log ended'));
  return {
    async run<Row extends QueryResultRow>(statement: QueryConfig) {
      try {
        return (await pool.query<Row>(statement)).rows;
      } catch (error) {
        throw toLogError(error);
      }
    },
    close: () => pool.end(),
  };
}
