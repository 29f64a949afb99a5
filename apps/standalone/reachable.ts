import { Client } from 'pg';
import { backoff, pause, StartFailure, describeDatabase, type Logger } from '@mps-ledger/platform';

const CONNECT_MS = 5_000;
const OLDEST_MAJOR = 14;

/**
 * Resolves when the database accepts connections; waits for that without end, saying why. Rejects with a StartFailure where
 * waiting cannot help (wrong password, no such database, a Postgres that is too old), and when the signal is aborted.
 */
export async function untilReachable(url: string, logger: Logger, signal: AbortSignal): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    signal.throwIfAborted();
    try {
      refuseOld(await majorOf(url), url);
      return;
    } catch (error) {
      if (error instanceof StartFailure) throw error;
      if (isForGood(error)) throw unusable(url, error);
      logger.warn({ database: describeDatabase(url), attempt, reason: reasonOf(error) }, 'waiting for the database');
    }
    await pause(backoff(attempt), signal);
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

/** Classes 28 (who one is) and 3D (which database) of SQLSTATE: nothing that passes. */
function isForGood(error: unknown): boolean {
  return /^(28|3D)/.test(codeOf(error) ?? '');
}

function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

function reasonOf(error: unknown): string {
  // Several addresses of one host, all refused.
  const one: unknown = error instanceof AggregateError ? error.errors[0] : error;
  return one instanceof Error ? one.message : String(one);
}

function unusable(url: string, error: unknown): StartFailure {
  return new StartFailure(
    'database-refused',
    `The database ${describeDatabase(url)} does not let this program in: ${reasonOf(error)}. Correct DATABASE_URL, ` +
      `or unset it to use the embedded Postgres (npm start).`,
    { cause: error },
  );
}
