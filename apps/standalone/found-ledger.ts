import { examineDatabase, makePool, type Database, type DatabaseRefusal } from '@mps-ledger/database';
import { isSameLog, type LogIdentity, makeEventLog, type SetUpEventLogOptions } from '@mps-ledger/event-log';
import type { Logger } from '@mps-ledger/platform';
import { knownSchema, projectionSchema, readModelIn, readProjectedLog } from '@mps-ledger/read-model';
import { LEDGER_LAYOUT } from '@mps-ledger/records';
import { unusable } from './reachable';

export interface FoundLedgerOptions {
  readonly settings: SetUpEventLogOptions['settings'];
  readonly database: Database;
  readonly logger: Logger;
}

/**
 * Uses an existing, complete ledger if the database does not permit changes. If it is incomplete, rejects with a StartFailure that
 * names the missing right or setting.
 */
export async function foundOrRefused(options: FoundLedgerOptions, refusal: DatabaseRefusal): Promise<LogIdentity> {
  const { database, logger } = options;
  const found = await findLedger(options).catch(() => null);
  if (found !== null) {
    logger.info({ reason: refusal.words }, 'the ledger is already set up; the database permits no changes');
    return found;
  }
  const known = await examineDatabase({ database, name: 'mps-ledger setup', writes: true }).catch(() => null);
  throw unusable(database.url, `cannot be set up: ${(known ?? refusal).words}`);
}

/** The identity of the existing ledger; null if any part of it is missing. */
async function findLedger({ settings, database, logger }: FoundLedgerOptions): Promise<LogIdentity | null> {
  const log = makeEventLog({ layout: LEDGER_LAYOUT, settings, url: database.url, name: 'mps-ledger setup', logger });
  const bounds = { connectMs: 10_000, answerMs: 10_000, onIdleEnd: () => undefined };
  const pool = makePool({ database, name: 'mps-ledger setup', connections: 1, ...bounds });
  const model = readModelIn(projectionSchema, pool);
  try {
    if ((await knownSchema(model)) !== null) return null;
    const identity = await log.identity();
    const projected = await readProjectedLog(model);
    const isSame = projected !== null && isSameLog(projected, identity);
    return isSame && identity.partitions === settings.LEDGER_PARTITIONS ? identity : null;
  } finally {
    await Promise.all([log.close(), pool.end()]);
  }
}
