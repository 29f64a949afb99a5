import { failureMessage } from '@mps-ledger/consuming';
import type { DatabaseRefusal } from '@mps-ledger/database';
import type { EventLog, LogIdentity, Logger } from '@mps-ledger/event-log';
import { backoff, pause } from '@mps-ledger/platform';
import { adoptLog, knownSchema, readKnownEnds } from '@mps-ledger/read-model';
import type { ReadModel } from '@mps-ledger/read-model';
import { FOLD_VERSION } from '@mps-ledger/tasks';
import { TOPICS } from '@mps-ledger/records';
import { FOLLOWED } from '@mps-ledger/task-projection';

export interface AdoptOptions {
  readonly model: ReadModel;
  readonly log: Pick<EventLog, 'identity' | 'guard'>;
  readonly logger: Logger;
  /** Checks the database first. Default: no check. */
  readonly examine?: () => Promise<DatabaseRefusal | null>;
  /** Gets what is missing, in words; null once nothing is missing. */
  readonly onWaiting: (missing: string | null) => void;
  /** Ends the waiting when aborted. */
  readonly signal: AbortSignal;
}

/**
 * Waits indefinitely until the database has the schema of this build, the log is set up, and the rows belong to that log. Then gives
 * the log's guard the expected identity and the known ends.
 *
 * @returns the identity of the log; null if the signal was aborted first
 */
export async function waitForLog(options: AdoptOptions): Promise<LogIdentity | null> {
  const { signal, onWaiting, logger } = options;
  let lastReported: string | null = null;
  for (let attempt = 1; !signal.aborted; attempt += 1) {
    const found = await findLog(options);
    if (typeof found !== 'string') {
      onWaiting(null);
      return found;
    }
    onWaiting(found);
    if (found !== lastReported) logger.warn({ reason: found }, 'waiting for the database and the event log');
    lastReported = found;
    await pause(backoff(attempt), signal);
  }
  return null;
}

async function findLog({ model, log, examine }: AdoptOptions): Promise<LogIdentity | string> {
  try {
    const refusal = (await examine?.()) ?? null;
    if (refusal !== null) return refusal.words;
    const missing = await knownSchema(model);
    if (missing !== null) return missing;
    const identity = await log.identity();
    await adoptLog(model, identity, FOLD_VERSION, FOLLOWED);
    log.guard.expect(identity, await readKnownEnds(model, TOPICS.raw));
    return identity;
  } catch (error) {
    return failureMessage(error);
  }
}
