import { directDatabase, makePool, mayPass, refusalOf, type Database } from '@mps-ledger/database';
import {
  type KnownEnds,
  type KnownLog,
  type LogIdentity,
  LogUnavailable,
  setUpEventLog,
  type SetUpEventLogOptions,
} from '@mps-ledger/event-log';
import type { Pool } from 'pg';
import { backoff, failpoint, pause, type Logger } from '@mps-ledger/platform';
import {
  adoptLog,
  knownSchema,
  migrate,
  readKnownEnds,
  readProjectedLog,
  refuseOtherFormat,
} from '@mps-ledger/read-model';
import { FOLD_VERSION } from '@mps-ledger/tasks';
import { LEDGER_LAYOUT, TOPICS } from '@mps-ledger/records';
import { foundOrRefused } from './found-ledger';
import { untilReachable } from './reachable';
import { explained } from './setup-refusals';

/** A database that does not answer for so long is not there. */
const ANSWER_MS = 30_000;

export interface SetUpOptions {
  /** Which log, and how many partitions its topics have. */
  readonly settings: SetUpEventLogOptions['settings'];
  /** The database; where the settings name a way past its pooler, that is gone. */
  readonly url: string;
  /** The folder of the embedded Postgres, where it is that. Default: the database is another one. */
  readonly dataDir?: string;
  readonly logger: Logger;
  /** Aborted when there is nothing to wait for any more: then it rejects. */
  readonly signal: AbortSignal;
  /** Positions of the log for those that the read model holds. Default: the same ones. */
  readonly realEnds?: (ends: KnownEnds) => KnownEnds;
}

/**
 * Makes whatever is missing of the event log and the read model, and answers which log it is. Harmless to repeat, and to run
 * several times at once. Waits without end for a database or brokers that cannot be reached; rejects with a StartFailure where
 * somebody has to decide (another layout, another format, another log).
 */
export async function setUpLedger(options: SetUpOptions): Promise<LogIdentity> {
  const { settings, logger, signal } = options;
  const { DATABASE_POOLER: pooler, DATABASE_DIRECT_URL: directUrl } = settings;
  const database = directDatabase({ url: options.url, pooler, directUrl });
  for (let attempt = 1; ; attempt += 1) {
    await untilReachable(database, logger, signal);
    try {
      return await setUpOnce(options, database);
    } catch (error) {
      const refusal = refusalOf(error, database);
      if (refusal !== null) return await foundOrRefused({ settings, database, logger }, refusal);
      if (!(error instanceof LogUnavailable) && !mayPass(error)) throw explained(error, options);
      logger.warn({ attempt, err: error }, 'setting up failed and is tried again');
    }
    await pause(backoff(attempt), signal);
  }
}

const onStatement = (): void => failpoint('setup.migration-statement');
const onGenesis = (): void => failpoint('setup.genesis');

async function setUpOnce({ settings, logger, realEnds }: SetUpOptions, database: Database): Promise<LogIdentity> {
  const { url } = database;
  const pool = makePool({
    ...{ database, name: 'mps-ledger setup', connections: 1, connectMs: ANSWER_MS, answerMs: ANSWER_MS },
    onIdleEnd: () => undefined,
  });
  try {
    // One after the other: where the log is refused, no table was made.
    await refuseOtherFormat(pool);
    const known = await knownLog(pool, realEnds);
    const identity = await setUpEventLog({
      layout: LEDGER_LAYOUT,
      settings,
      url,
      logger,
      onGenesis,
      ...(known !== null && { known }),
    });
    if ((await knownSchema(pool)) !== null) await migrate(url, onStatement);
    failpoint('setup.before-adopting');
    await adoptLog(pool, identity, FOLD_VERSION, [TOPICS.events, TOPICS.rejected]);
    return identity;
  } finally {
    await pool.end();
  }
}

/** The log that the read model knows, and how far it must reach; null where it knows none. */
async function knownLog(pool: Pool, realEnds: SetUpOptions['realEnds'] = (ends) => ends): Promise<KnownLog | null> {
  const isReadable = (await knownSchema(pool)) === null;
  // An older schema knows its log all the same.
  const log = await readProjectedLog(pool).catch((error: unknown) => {
    if (isReadable || !isMissingTable(error)) throw error;
    return null;
  });
  if (log === null) return null;
  return isReadable ? { ...log, ends: realEnds(await readKnownEnds(pool, TOPICS.raw)) } : log;
}

const MISSING_TABLE = new Set(['3F000', '42P01', '42703']);

const isMissingTable = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && MISSING_TABLE.has(String(error.code));
