import { examineDatabase, type Database } from '@mps-ledger/database';
import { backoff, pause, type Health, type Logger } from '@mps-ledger/platform';
import { READING_RIGHTS } from '@mps-ledger/read-model';

export interface DatabaseWatchOptions {
  readonly database: Database;
  readonly health: Health;
  readonly logger: Logger;
  /** Aborted when there is nothing to wait for any more. */
  readonly signal: AbortSignal;
}

/**
 * Looks at the database until it can be used. Until then the health check `database` says why not, and the log, once for each
 * reason. Resolves then, or when the signal is aborted; never rejects.
 */
export async function watchDatabase({ database, health, logger, signal }: DatabaseWatchOptions): Promise<void> {
  let problem: string | null = 'it has only just started';
  let told = '';
  const forget = health.check('database', () => problem);
  for (let attempt = 1; !signal.aborted; attempt += 1) {
    problem = await look(database);
    if (problem === null) break;
    if (problem !== told) logger.warn({ reason: problem }, 'the database cannot be used; retrying indefinitely');
    told = problem;
    await pause(backoff(attempt), signal);
  }
  forget();
}

async function look(database: Database): Promise<string | null> {
  try {
    const refusal = await examineDatabase({ database, name: 'mps-ledger query check', rights: READING_RIGHTS });
    return refusal?.words ?? null;
  } catch (error) {
    const one: unknown = error instanceof AggregateError ? error.errors[0] : error;
    return one instanceof Error ? one.message : String(one);
  }
}
