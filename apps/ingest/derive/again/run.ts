import { directDatabase, makePool, type Database } from '@mps-ledger/database';
import { databaseNeeds, type EventLog, makeEventLog } from '@mps-ledger/event-log';
import { openEmbeddedPostgres } from '@mps-ledger/embedded-postgres';
import { makeLogRateLimiter } from '@mps-ledger/async';
import { StartFailure, UsageError, type Logger } from '@mps-ledger/platform';
import { projectionSchema, readModelIn, readUnderived } from '@mps-ledger/read-model';
import { LEDGER_LAYOUT } from '@mps-ledger/records';
import { findKnownLog } from '../../find-known-log';
import type { AgainConfig } from './again.config';
import type { Arguments, RawRange } from './arguments';
import { deriveAgain, type DerivedRange } from './derive-again';

export interface RunOptions {
  readonly args: Arguments;
  readonly config: AgainConfig;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  /** Called with each range when it is done. */
  readonly onRange: (range: DerivedRange) => void;
}

/** Opens the ledger, derives the requested ranges again, and closes it. Returns the results. */
export async function run(options: RunOptions): Promise<readonly DerivedRange[]> {
  const { config, logger } = options;
  const database = await openDatabase(config, logger);
  const { url, pooler = 'none' } = database;
  try {
    const settings = { ...config, DATABASE_POOLER: pooler };
    const log = makeEventLog({ layout: LEDGER_LAYOUT, settings, url, name: 'mps-ledger derive --again', logger });
    return await deriveIn(log, database, options).finally(() => log.close());
  } finally {
    await database.close();
  }
}

async function deriveIn(log: EventLog, database: Database, options: RunOptions): Promise<readonly DerivedRange[]> {
  const { args, config, logger, signal, onRange } = options;
  const identity = await findKnownLog({ log, database, needs: databaseNeeds(config) });
  if ('code' in identity) throw new StartFailure('no-known-log', `Nothing can be derived again: ${identity.reason}.`);
  const { range, dryRun } = args;
  if (range !== null && range.partition >= identity.partitions)
    throw new UsageError(`There is no partition ${range.partition}: the log has 0 to ${identity.partitions - 1}.`);
  const ranges = range === null ? await readMissing(database) : [range];
  const throttle = makeLogRateLimiter(PROGRESS_INTERVAL_MS);
  const report = (one: RawRange, notifications: number): void => {
    if (throttle.pass('range') === null) return;
    logger.info({ ...one, notifications }, dryRun ? 'reading a range' : 'deriving a range again');
  };
  const done: DerivedRange[] = [];
  for await (const one of deriveAgain({ log, ranges, dryRun, signal, onProgress: report })) {
    done.push(one);
    onRange(one);
  }
  signal.throwIfAborted();
  return done;
}

async function readMissing(database: Database): Promise<readonly RawRange[]> {
  const pool = makePool({
    ...{
      database,
      name: 'mps-ledger derive --again',
      connections: 1,
      connectMs: DATABASE_TIMEOUT_MS,
      answerMs: DATABASE_TIMEOUT_MS,
    },
    onIdleEnd: () => undefined,
  });
  return readUnderived(readModelIn(projectionSchema, pool)).finally(() => pool.end());
}

/** A database that does not answer for so long counts as unavailable. */
const DATABASE_TIMEOUT_MS = 30_000;

interface OpenDatabase extends Database {
  close(): Promise<void>;
}

/** The database of DATABASE_URL, else the embedded one of DATA_DIR: that of the running program, or started for this. */
async function openDatabase(config: AgainConfig, logger: Logger): Promise<OpenDatabase> {
  const { DATABASE_URL: url, DATABASE_POOLER: pooler, DATABASE_DIRECT_URL: directUrl, DATA_DIR: dataDir } = config;
  if (url === undefined) return openEmbeddedPostgres({ dataDir, logger, serves: 'deriving again' });
  return { ...directDatabase({ url, pooler, directUrl }), close: () => Promise.resolve() };
}

const PROGRESS_INTERVAL_MS = 2_000;
