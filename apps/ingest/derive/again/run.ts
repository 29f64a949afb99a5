import { makePool, type Database } from '@mps-ledger/database';
import { makeLogRateLimiter } from '@mps-ledger/async';
import { UsageError, type Logger, type LedgerToolConfig } from '@mps-ledger/platform';
import { projectionSchema, readModelIn, readUnderived } from '@mps-ledger/read-model';
import { openLedger, type OpenLedger } from '../../open-ledger';
import type { Arguments, RawRange } from './arguments';
import { deriveAgain, type DerivedRange } from './derive-again';

export interface RunOptions {
  readonly args: Arguments;
  readonly config: LedgerToolConfig;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  /** Called with each range when it is done. */
  readonly onRange: (range: DerivedRange) => void;
}

/** Opens the ledger, derives the requested ranges again, and closes it. Returns the results. */
export async function run(options: RunOptions): Promise<readonly DerivedRange[]> {
  const { config, logger } = options;
  const ledger = await openLedger({
    ...{ config, logger, name: NAME },
    ...{ serves: 'deriving again', failed: 'Nothing can be derived again' },
  });
  return deriveIn(ledger, options).finally(() => ledger.close());
}

async function deriveIn(ledger: OpenLedger, options: RunOptions): Promise<readonly DerivedRange[]> {
  const { log, database, identity } = ledger;
  const { args, logger, signal, onRange } = options;
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
      name: NAME,
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

const NAME = 'mps-ledger derive --again';
const PROGRESS_INTERVAL_MS = 2_000;
