import { Client, type ClientBase } from 'pg';

import { LogDiffers } from '../port/errors';
import { genesisOf, genesisRecord } from '../port/genesis';
import { newLogId } from '../port/log-id';
import type { LogIdentity, LogLayout } from '../port/port';
import { planSetup, type KnownLog } from '../setup/plan-setup';
import { toLogError } from './faults';
import { FIRST_GENERATIONS, topicName } from '../port/topic-names';
import { namingOf } from './identity';
import { findLog } from './inspect';
import { ensureSchema } from './schema';

export interface SetupOptions {
  /** The database, as a `postgres://` address; not that of a pooler in transaction mode. */
  readonly url: string;
  readonly layout: LogLayout;
  /** The log that the read model knows: no other is created or accepted. Default: none. */
  readonly known?: KnownLog;
  /** Distinguishes several logs in one database. Default: none. */
  readonly topicPrefix?: string;
  /** How long to wait for another setup, in ms. Default 60,000. */
  readonly lockTimeoutMs?: number;
}

/** Any number that never changes: concurrent setups must use the same lock. */
const SETUP_LOCK = 7_308_612_004;
const CONNECT_TIMEOUT_MS = 10_000;
const LOCK_TIMEOUT_MS = 60_000;
/** Beyond the wait for the lock; the statements themselves take milliseconds. */
const ANSWER_TIMEOUT_MS = 30_000;

/**
 * Creates the log, or what is missing of an unused one, in one transaction, and returns its identity. Idempotent, and safe to run
 * concurrently. Rejects, with nothing changed: `LogDiffers` (other partition count, unsuitable database, incomplete log),
 * `LogOfOtherFormat`, `LogUnavailable`.
 */
export async function setupPostgresLog(options: SetupOptions): Promise<LogIdentity> {
  const lockTimeoutMs = options.lockTimeoutMs ?? LOCK_TIMEOUT_MS;
  const client = new Client({
    connectionString: options.url,
    application_name: 'mps-ledger setup',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: lockTimeoutMs + ANSWER_TIMEOUT_MS,
    keepAlive: true,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('BEGIN ISOLATION LEVEL READ COMMITTED');
    await client.query(`SET LOCAL lock_timeout = ${lockTimeoutMs}`);
    await client.query('SET LOCAL synchronous_commit = on');
    await client.query('SELECT pg_advisory_xact_lock($1)', [SETUP_LOCK]);
    const identity = await setup(client, options);
    await client.query('COMMIT');
    return identity;
  } catch (error) {
    throw toLogError(error);
  } finally {
    await client.end();
  }
}

async function setup(client: ClientBase, options: SetupOptions): Promise<LogIdentity> {
  const { topicPrefix: prefix = '', layout } = options;
  await refuseUnfitDatabase(client);
  await ensureSchema(client);
  const { identity: existing, inspections } = await findLog(client, { prefix, layout });
  // A log is created in one transaction: what is missing now was lost.
  const known = options.known ?? existing;
  const hasRecords = inspections.some(({ found }) => found !== null && found.end > 1);
  const { step } = planSetup({ ...namingOf(layout), layout, inspections, known, hasRecords });
  const identity = await ensureLog(client, prefix, layout);
  if (step !== 'nothing')
    for (const topic of layout.topics) await ensureTopic(client, { prefix, layout, identity }, topic);
  return identity;
}

async function refuseUnfitDatabase(client: ClientBase): Promise<void> {
  const { rows } = await client.query<{ encoding: string }>("SELECT current_setting('server_encoding') AS encoding");
  const encoding = rows[0]?.encoding;
  if (encoding === 'UTF8') return;
  throw new LogDiffers(`the database has the encoding ${encoding}, which cannot hold every text: use one with UTF8`);
}

async function ensureLog(
  client: ClientBase,
  prefix: string,
  { partitions, generations = FIRST_GENERATIONS }: LogLayout,
): Promise<LogIdentity> {
  await client.query(
    'INSERT INTO ledger_log.log (prefix, generation, log_id, partitions) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING',
    [prefix, generations.logGeneration, newLogId(), partitions],
  );
  const { rows } = await client.query<{ log_id: string; partitions: number }>(
    'SELECT log_id, partitions FROM ledger_log.log WHERE prefix = $1 AND generation = $2',
    [prefix, generations.logGeneration],
  );
  const [found] = rows;
  if (found?.partitions !== partitions) {
    throw new LogDiffers(
      `the log has ${found?.partitions} partitions a topic, not ${partitions}: their number is fixed when a log is created\n` +
        `  to fix it: ask for ${found?.partitions} partitions and run setup`,
    );
  }
  return { logId: found.log_id, ...generations, partitions };
}

/** Creates each missing partition with its genesis record at offset 0. */
async function ensureTopic(
  client: ClientBase,
  { prefix, layout, identity }: { prefix: string; layout: LogLayout; identity: LogIdentity },
  topic: string,
): Promise<void> {
  for (let partition = 0; partition < identity.partitions; partition += 1) {
    const { value, headers } = genesisRecord(genesisOf(identity, { topic, partition }, layout.derived));
    await client.query(
      `WITH created AS (
         INSERT INTO ledger_log.partition (prefix, topic, partition, next_offset, last_logged)
         VALUES ($1, $2, $3, 1, clock_timestamp())
         ON CONFLICT DO NOTHING
         RETURNING id, last_logged
       )
       INSERT INTO ledger_log.record (partition_id, "offset", logged, key, value, headers)
       SELECT id, 0, last_logged, NULL, $4, $5 FROM created`,
      [prefix, topicName(topic, layout), partition, value, JSON.stringify(headers)],
    );
  }
}
