import type { Pool } from 'pg';
import { setUpKeys } from '@mps-ledger/api-keys';
import { registerFirstBuild, setUpCatalogue, THIS_RELEASE } from '@mps-ledger/catalogue';
import { directDatabase, makePool, mayPass, refusalOf, type Database } from '@mps-ledger/database';
import {
  type KnownEnds,
  type KnownLog,
  type LogIdentity,
  LogUnavailable,
  setUpEventLog,
  type SetUpEventLogOptions,
} from '@mps-ledger/event-log';
import { backoff, failpoint, pause, type Logger } from '@mps-ledger/platform';
import {
  adoptLog,
  knownSchema,
  migrate,
  projectionSchema,
  readKnownEnds,
  readModelIn,
  readProjectedLog,
  refuseOtherFormat,
  type ReadModel,
} from '@mps-ledger/read-model';
import { createTables, ALL_PROJECTIONS } from '@mps-ledger/projections';
import { FOLD_VERSION } from '@mps-ledger/tasks';
import { LEDGER_LAYOUT, TOPICS } from '@mps-ledger/records';
import { foundOrRefused } from './found-ledger';
import { untilReachable } from './reachable';
import { explained } from './setup-refusals';

/** Time limit of each statement and connection attempt. */
const MAX_ANSWER_MS = 30_000;

export interface SetUpOptions {
  /** The settings of the log, with the number of partitions of its topics. */
  readonly settings: SetUpEventLogOptions['settings'];
  /** The database. If the settings have a direct URL, that one is used instead. */
  readonly url: string;
  /** The folder of the embedded Postgres. Default: the database is not the embedded one. */
  readonly dataDir?: string;
  readonly logger: Logger;
  /** Aborted when the program stops; setup then rejects. */
  readonly signal: AbortSignal;
  /** Converts positions in the read model to positions of the log. Default: unchanged. */
  readonly realEnds?: (ends: KnownEnds) => KnownEnds;
}

/**
 * Creates the missing parts of the event log and the read model, and returns the identity of the log. Idempotent, also when run
 * several times at once. Waits indefinitely for a database or brokers that cannot be reached; rejects with a StartFailure if an
 * operator has to decide (another layout, another format, another log).
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
      logger.warn({ attempt, err: error }, 'setup failed; retrying');
    }
    await pause(backoff(attempt), signal);
  }
}

const onStatement = (): void => failpoint('setup.migration-statement');
const onGenesis = (): void => failpoint('setup.genesis');

async function setUpOnce({ settings, logger, realEnds }: SetUpOptions, database: Database): Promise<LogIdentity> {
  const { url } = database;
  const pool = makePool({
    ...{ database, name: 'mps-ledger setup', connections: 1, connectMs: MAX_ANSWER_MS, answerMs: MAX_ANSWER_MS },
    onIdleEnd: () => undefined,
  });
  const model = readModelIn(projectionSchema, pool);
  try {
    // In this order, so that no table is created if the log is rejected.
    await refuseOtherFormat(model);
    const known = await knownLog(model, realEnds);
    const identity = await setUpEventLog({
      layout: LEDGER_LAYOUT,
      settings,
      url,
      logger,
      onGenesis,
      ...(known !== null && { known }),
    });
    if ((await knownSchema(model)) !== null) await migrate(url, model.schema, onStatement);
    failpoint('setup.before-adopting');
    await adoptLog(model, identity, FOLD_VERSION, [TOPICS.events, TOPICS.rejected]);
    await createTables(pool, ALL_PROJECTIONS, identity);
    const unlessRefused = (consequence: string) => (error: unknown) => {
      const refusal = refusalOf(error, database);
      if (refusal === null) throw error;
      logger.warn({ reason: refusal.words }, consequence);
    };
    await setUpKeys(pool).catch(
      unlessRefused('the database can have no API keys; only those of API_KEYS are accepted'),
    );
    await registerReadModel(pool, identity).catch(
      unlessRefused('the database can have no catalogue of builds; the read model cannot be rebuilt beside itself'),
    );
    return identity;
  } finally {
    await pool.end();
  }
}

/** Makes the read model known as the live build, so that another one can be built and compared with it. */
async function registerReadModel(pool: Pool, { logId, logGeneration, eventGeneration }: LogIdentity): Promise<void> {
  await setUpCatalogue(pool);
  await registerFirstBuild(pool, { ...THIS_RELEASE, logGeneration, eventGeneration }, logId, projectionSchema);
}

/** The log that the read model belongs to, with its known ends; null if there is none. */
async function knownLog(
  model: ReadModel,
  realEnds: SetUpOptions['realEnds'] = (ends) => ends,
): Promise<KnownLog | null> {
  const isReadable = (await knownSchema(model)) === null;
  // An older schema has the log too.
  const log = await readProjectedLog(model).catch((error: unknown) => {
    if (isReadable || !isMissingTable(error)) throw error;
    return null;
  });
  if (log === null) return null;
  return isReadable ? { ...log, ends: realEnds(await readKnownEnds(model, TOPICS.raw)) } : log;
}

const MISSING_TABLE = new Set(['3F000', '42P01', '42703']);

const isMissingTable = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && MISSING_TABLE.has(String(error.code));
