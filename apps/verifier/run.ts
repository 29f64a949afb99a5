import { makePool } from '@mps-ledger/database';
import { describePlaces, makeEventLog } from '@mps-ledger/event-log';
import { makeLogRateLimiter } from '@mps-ledger/async';
import { StartFailure, type Logger, type LedgerToolConfig } from '@mps-ledger/platform';
import { knownSchema, projectionSchema, readModelIn } from '@mps-ledger/read-model';
import { LEDGER_LAYOUT } from '@mps-ledger/records';
import type { Arguments } from './arguments';
import { openDatabase } from './database';
import { refuseWrongFiles } from './inputs/refuse-wrong-files';
import { makeProgressDisplay } from './report/progress';
import { verify, type Result } from './verify';

export interface RunOptions {
  readonly args: Arguments;
  readonly config: LedgerToolConfig;
  readonly logger: Logger;
  readonly stderr: NodeJS.WriteStream;
  readonly signal: AbortSignal;
}

/** Opens the ledger, verifies it and closes it. Answers what came of it, and where the ledger is. */
export async function run(options: RunOptions): Promise<{ readonly result: Result; readonly where: string }> {
  const { args, config, logger, stderr, signal } = options;
  await refuseWrongFiles(args);
  const logLimiter = makeLogRateLimiter(TELL_MS);
  const database = await openDatabase(config, logger);
  const log = makeEventLog({
    settings: { ...config, DATABASE_POOLER: database.pooler },
    layout: LEDGER_LAYOUT,
    url: database.url,
    name: 'mps-ledger verifier',
    logger,
    statementTimeoutMs: 60_000,
  });
  const pool = makePool({
    ...{ database, name: 'mps-ledger verifier', connections: 2 },
    ...{ connectMs: CONNECT_MS, answerMs: 0, onIdleEnd: () => undefined },
  });
  const model = readModelIn(projectionSchema, pool);
  try {
    const missing = await knownSchema(model);
    if (missing !== null)
      throw new StartFailure('no-read-model', `The ledger in ${database.where} cannot be verified: ${missing}.`);
    const result = await verify({
      ...{ log, model, journals: args.journals, truths: args.truths, signal },
      // Where no ledger runs, waiting is pointless.
      waitMs: database.isRunning ? args.waitSeconds * 1_000 : 0,
      progress: makeProgressDisplay({ stream: stderr }),
      onWaiting(records) {
        if (logLimiter.pass('waiting') !== null) logger.info({ records }, 'waiting for what is not applied yet');
      },
    });
    return { result, where: describePlaces(database.where, config) };
  } finally {
    await log.close();
    await pool.end();
    await database.close();
  }
}

/** Above what a pooler may let one wait. */
const CONNECT_MS = 30_000;
const TELL_MS = 2_000;
