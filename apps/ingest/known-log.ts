import { examineDatabase, makePool, refusalOf, type Database } from '@mps-ledger/database';
import type { EventLog, LogIdentity } from '@mps-ledger/event-log';
import type { DatabaseNeeds } from '@mps-ledger/ledger-log';
import { backoff, pause, type Logger } from '@mps-ledger/platform';
import { knownSchema, readProjectedLog } from '@mps-ledger/read-model';

export interface KnownLogOptions {
  readonly log: Pick<EventLog, 'identity'>;
  /** The ledger's database, which knows its log. */
  readonly database: Database;
  /** What the log itself needs of it. */
  readonly needs: DatabaseNeeds;
  readonly logger: Logger;
  /** Told what is missing, in words; null once nothing is. */
  readonly onWaiting: (missing: string | null) => void;
  /** Aborted when there is nothing to wait for any more: then it rejects. */
  readonly signal: AbortSignal;
}

/**
 * Waits, without end, for a log that is set up and is the one that the ledger's database knows: what was received into
 * another one would never be seen. Once found, the database is not needed to receive.
 */
export async function waitForKnownLog(options: KnownLogOptions): Promise<LogIdentity> {
  const { onWaiting, logger, signal } = options;
  let told = '';
  for (let attempt = 1; ; attempt += 1) {
    const found = await lookForKnownLog(options);
    if (typeof found !== 'string') {
      onWaiting(null);
      return found;
    }
    onWaiting(found);
    if (found !== told) logger.warn({ attempt, reason: found }, 'waiting for the event log');
    told = found;
    await pause(backoff(attempt), signal);
    signal.throwIfAborted();
  }
}

/** The log that the database knows; or what is missing, in words. */
export async function lookForKnownLog({
  log,
  database,
  needs,
}: Pick<KnownLogOptions, 'log' | 'database' | 'needs'>): Promise<LogIdentity | string> {
  try {
    const refusal = await examineDatabase({ database, name: NAME, answerMs: CONNECT_MS, ...needs });
    if (refusal !== null) return refusal.words;
    const identity = await log.identity();
    const known = await knownToDatabase(database);
    if (typeof known === 'string') return known;
    if (known.logId === identity.logId && known.generation === identity.generation) return identity;
    return (
      `the database belongs to log ${known.logId} (generation ${known.generation}), and this is log ` +
      `${identity.logId} (generation ${identity.generation}): correct DATABASE_URL or where the log is`
    );
  } catch (error) {
    const refusal = refusalOf(error, database);
    return refusal?.words ?? (error instanceof Error ? error.message : String(error));
  }
}

async function knownToDatabase(database: Database): Promise<Pick<LogIdentity, 'logId' | 'generation'> | string> {
  const pool = makePool({
    ...{ database, name: NAME, connections: 1, connectMs: CONNECT_MS, answerMs: CONNECT_MS },
    onIdleEnd: () => undefined,
  });
  try {
    return (await knownSchema(pool)) ?? (await readProjectedLog(pool)) ?? 'the database knows no log yet: run setup';
  } finally {
    await pool.end();
  }
}

const NAME = 'mps-ledger ingest check';
const CONNECT_MS = 5_000;
