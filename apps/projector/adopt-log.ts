import type { Pool } from 'pg';
import type { Refusal } from '@mps-ledger/database';
import type { EventLog, LogIdentity, Logger } from '@mps-ledger/event-log';
import { backoff, pause } from '@mps-ledger/platform';
import { adoptLog, knownSchema, readKnownEnds } from '@mps-ledger/read-model';
import { FOLD_VERSION } from '@mps-ledger/tasks';
import { TOPICS } from '@mps-ledger/records';
import { describeFailure } from './faults';
import { FOLLOWED } from './groups';

export interface AdoptOptions {
  readonly pool: Pool;
  readonly log: Pick<EventLog, 'identity' | 'guard'>;
  readonly logger: Logger;
  /** Looks at the database first. Default: it was looked at. */
  readonly examine?: () => Promise<Refusal | null>;
  /** Told what is missing, in words; null once nothing is. */
  readonly onWaiting: (missing: string | null) => void;
  /** Aborted when there is nothing to wait for any more. */
  readonly signal: AbortSignal;
}

/**
 * Waits, without end, until the schema is the known one, the log is set up, and the rows belong to it. The log's guard knows it from
 * then on, and how far it must reach.
 *
 * @returns which log it is; null if the signal came first.
 */
export async function waitForLog(options: AdoptOptions): Promise<LogIdentity | null> {
  const { signal, onWaiting, logger } = options;
  let told: string | null = null;
  for (let attempt = 1; !signal.aborted; attempt += 1) {
    const found = await lookForLog(options);
    if (typeof found !== 'string') {
      onWaiting(null);
      return found;
    }
    onWaiting(found);
    if (found !== told) logger.warn({ reason: found }, 'waiting for the database and the event log');
    told = found;
    await pause(backoff(attempt), signal);
  }
  return null;
}

async function lookForLog({ pool, log, examine }: AdoptOptions): Promise<LogIdentity | string> {
  try {
    const refusal = (await examine?.()) ?? null;
    if (refusal !== null) return refusal.words;
    const missing = await knownSchema(pool);
    if (missing !== null) return missing;
    const identity = await log.identity();
    await adoptLog(pool, identity, FOLD_VERSION, [...FOLLOWED.keys()]);
    log.guard.expect(identity, await readKnownEnds(pool, TOPICS.raw));
    return identity;
  } catch (error) {
    return describeFailure(error);
  }
}
