import { Client } from 'pg';
import { examineDatabase, type Database } from '@mps-ledger/database';
import { backoff, describeDatabase, pause, StartFailure, type Logger } from '@mps-ledger/platform';

const CONNECT_MS = 5_000;
const MIN_MAJOR_VERSION = 14;
/** How long an unknown host name is retried: when containers start together, names resolve within seconds. */
const MAX_UNKNOWN_NAME_MS = 20_000;

/**
 * Waits until the database accepts connections, indefinitely, and logs the reason. Rejects with a StartFailure if waiting cannot help
 * (wrong password, no such database, a pooler that is not configured, a Postgres that is too old), and when the signal is aborted.
 */
export async function untilReachable(database: Database, logger: Logger, signal: AbortSignal): Promise<void> {
  const began = performance.now();
  const shown = describeDatabase(database.url);
  for (let attempt = 1; ; attempt += 1) {
    signal.throwIfAborted();
    const reason = await whatIsMissing(database, performance.now() - began);
    if (reason === null) return;
    logger.warn({ database: shown, attempt, reason }, 'waiting for the database');
    await pause(backoff(attempt), signal);
  }
}

/** The reason why the database cannot be used yet; null if it can. */
async function whatIsMissing(database: Database, waitedMs: number): Promise<string | null> {
  try {
    const refusal = await examineDatabase({ database, name: 'mps-ledger setup', answerMs: CONNECT_MS });
    if (refusal === null) refuseOld(await majorOf(database.url), database.url);
    if (refusal === null) return null;
    if (refusal.passes === 'never' || waitedMs > MAX_UNKNOWN_NAME_MS) {
      const what = refusal.by === 'error' ? 'rejects this program' : 'cannot be used';
      throw unusable(database.url, `${what}: ${refusal.words}`);
    }
    return refusal.words;
  } catch (error) {
    if (error instanceof StartFailure) throw error;
    return reasonOf(error);
  }
}

async function majorOf(url: string): Promise<number> {
  const client = new Client({
    connectionString: url,
    application_name: 'mps-ledger setup',
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: CONNECT_MS,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ version: string }>("SELECT current_setting('server_version_num') AS version");
    return Math.floor(Number(rows[0]?.version) / 10_000);
  } finally {
    await client.end().catch(() => undefined);
  }
}

function refuseOld(major: number, url: string): void {
  if (major >= MIN_MAJOR_VERSION) return;
  throw new StartFailure(
    'database-too-old',
    `The database ${describeDatabase(url)} is Postgres ${major}; version ${MIN_MAJOR_VERSION} or newer is required. ` +
      `Set DATABASE_URL to a newer one, or unset it to use the embedded one (npm start).`,
  );
}

function reasonOf(error: unknown): string {
  // All addresses of the host refused the connection.
  const one: unknown = error instanceof AggregateError ? error.errors[0] : error;
  return one instanceof Error ? one.message : String(one);
}

/** The StartFailure for a database that cannot be used, as one sentence. */
export function unusable(url: string, what: string): StartFailure {
  return new StartFailure('database-refused', `The database ${describeDatabase(url)} ${what}.`);
}
