import { KEY_RIGHTS } from '@mps-ledger/api-keys';
import { examineDatabase, type Database } from '@mps-ledger/database';
import { backoff, pause, type Health, type Logger } from '@mps-ledger/platform';
import { projectionSchema, readingRights } from '@mps-ledger/read-model';

export interface DatabaseWatchOptions {
  readonly database: Database;
  readonly health: Health;
  readonly logger: Logger;
  /** Stops watching. */
  readonly signal: AbortSignal;
}

/**
 * Examines the database until it can be used. Until then the health check `database` reports why not, and the log does, once
 * for each reason. Resolves then, or when the signal is aborted; never rejects.
 */
export async function watchDatabase({ database, health, logger, signal }: DatabaseWatchOptions): Promise<void> {
  let problem: string | null = 'the database was not examined yet';
  let logged = '';
  const forget = health.check('database', () => problem);
  for (let attempt = 1; !signal.aborted; attempt += 1) {
    problem = await problemOf(database);
    if (problem === null) break;
    if (problem !== logged) logger.warn({ reason: problem }, 'the database cannot be used; retrying indefinitely');
    logged = problem;
    await pause(backoff(attempt), signal);
  }
  forget();
}

async function problemOf(database: Database): Promise<string | null> {
  try {
    const refusal = await examineDatabase({
      database,
      name: 'mps-ledger query check',
      rights: [...readingRights(projectionSchema), ...KEY_RIGHTS],
    });
    return refusal?.words ?? null;
  } catch (error) {
    const one: unknown = error instanceof AggregateError ? error.errors[0] : error;
    return one instanceof Error ? one.message : String(one);
  }
}
