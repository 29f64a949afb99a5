import { Client } from 'pg';
import { examineDatabase, type Database } from '@mps-ledger/database';
import { backoff, describeDatabase, pause, StartFailure, type Logger } from '@mps-ledger/platform';

const CONNECT_MS = 5_000;
const OLDEST_MAJOR = 14;
/** A name that nobody knows after this long is wrong: where containers start together, names appear within seconds. */
const UNKNOWN_NAME_MS = 20_000;

/**
 * Resolves when the database accepts connections; waits for that without end, saying why. Rejects with a StartFailure where
 * waiting cannot help (wrong password, no such database, a pooler that the settings do not name, a Postgres that is too old), and
 * when the signal is aborted.
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

/** What may come by itself, in words; null where nothing is missing. */
async function whatIsMissing(database: Database, waitedMs: number): Promise<string | null> {
  try {
    const refusal = await examineDatabase({ database, name: 'mps-ledger setup', answerMs: CONNECT_MS });
    if (refusal === null) refuseOld(await majorOf(database.url), database.url);
    if (refusal === null) return null;
    if (refusal.passes === 'never' || waitedMs > UNKNOWN_NAME_MS) {
      const what = refusal.by === 'error' ? 'does not let this program in' : 'cannot be used';
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
  if (major >= OLDEST_MAJOR) return;
  throw new StartFailure(
    'database-too-old',
    `The database ${describeDatabase(url)} is Postgres ${major}; ${OLDEST_MAJOR} is the oldest that will do. ` +
      `Set DATABASE_URL to a newer one, or unset it to use the embedded one (npm start).`,
  );
}

function reasonOf(error: unknown): string {
  // Several addresses of one host, all refused.
  const one: unknown = error instanceof AggregateError ? error.errors[0] : error;
  return one instanceof Error ? one.message : String(one);
}

/** In one sentence. */
export function unusable(url: string, what: string): StartFailure {
  return new StartFailure('database-refused', `The database ${describeDatabase(url)} ${what}.`);
}
