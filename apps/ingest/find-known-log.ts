import { examineDatabase, makePool, refusalOf, type Database } from '@mps-ledger/database';
import {
  type DatabaseNeeds,
  type EventLog,
  isSameLog,
  type KnownEnds,
  LogError,
  type LogIdentity,
  logInWords,
} from '@mps-ledger/event-log';
import { backoff, pause } from '@mps-ledger/async';
import type { Finding, Logger } from '@mps-ledger/platform';
import { knownSchema, projectionSchema, readKnownEnds, readModelIn, readProjectedLog } from '@mps-ledger/read-model';
import { TOPICS } from '@mps-ledger/records';
import { closedCodeOf, type ClosedCode } from './sources/receive-result';

export interface KnownLogOptions {
  readonly log: Pick<EventLog, 'identity' | 'guard'>;
  /** The ledger's database, which has the log's identity. */
  readonly database: Database;
  /** The log's own needs of the database. */
  readonly needs: DatabaseNeeds;
  readonly logger: Logger;
  /** Called with what is missing; with null once nothing is. */
  readonly onWaiting: (missing: MissingLog | null) => void;
  /** Aborted to end the wait: then it rejects. */
  readonly signal: AbortSignal;
}

/** Why there is no log to receive into yet. */
export interface MissingLog extends Finding {
  readonly code: ClosedCode;
}

/**
 * Waits indefinitely for a log that is set up and is the one that the ledger's database knows: notifications in another one would
 * never be seen. Once it is found, the guard expects it with its known ends, and receiving does not need the database.
 */
export async function waitForKnownLog(options: KnownLogOptions): Promise<LogIdentity> {
  const { onWaiting, logger, signal } = options;
  let loggedReason = '';
  for (let attempt = 1; ; attempt += 1) {
    const found = await findKnownLog(options);
    if ('logId' in found) {
      onWaiting(null);
      return found;
    }
    onWaiting(found);
    const { code, reason } = found;
    if (reason !== loggedReason) logger.warn({ attempt, code, reason }, 'waiting for the event log');
    loggedReason = reason;
    await pause(backoff(attempt), signal);
    signal.throwIfAborted();
  }
}

/** Finds the log that the database knows; or returns what is missing. */
export async function findKnownLog({
  log,
  database,
  needs,
}: Pick<KnownLogOptions, 'log' | 'database' | 'needs'>): Promise<LogIdentity | MissingLog> {
  try {
    const refusal = await examineDatabase({ database, name: NAME, answerMs: CONNECT_MS, ...needs });
    if (refusal !== null) return { code: 'log-unavailable', reason: refusal.words, brief: 'log-unavailable' };
    const identity = await log.identity();
    const known = await knownToDatabase(database);
    if (typeof known === 'string') return { code: 'log-not-ready', ...both(known) };
    if (isSameLog(known, identity)) {
      log.guard.expect(identity, known.ends);
      return identity;
    }
    const reason =
      `the database belongs to ${logInWords(known)}, and this is ${logInWords(identity)}: ` +
      'correct DATABASE_URL or where the log is';
    return { code: 'log-replaced', ...both(reason) };
  } catch (error) {
    const refusal = refusalOf(error, database);
    if (refusal !== null) return { code: 'log-unavailable', reason: refusal.words, brief: 'log-unavailable' };
    const code = closedCodeOf(error);
    const reason = error instanceof Error ? error.message : String(error);
    // Messages of unreachable logs, and lines after the first, may contain addresses.
    const [brief = ''] = error instanceof LogError && code !== 'log-unavailable' ? reason.split('\n') : [];
    return { code, reason, brief: brief === '' ? code : `${code}: ${brief}` };
  }
}

const both = (reason: string): Finding => ({ reason, brief: reason });

interface Known extends Omit<LogIdentity, 'partitions'> {
  readonly ends: KnownEnds;
}

async function knownToDatabase(database: Database): Promise<Known | string> {
  const pool = makePool({
    ...{ database, name: NAME, connections: 1, connectMs: CONNECT_MS, answerMs: CONNECT_MS },
    onIdleEnd: () => undefined,
  });
  const model = readModelIn(projectionSchema, pool);
  try {
    const missing = await knownSchema(model);
    if (missing !== null) return missing;
    const log = await readProjectedLog(model);
    return log === null
      ? 'the database knows no log yet: run setup'
      : { ...log, ends: await readKnownEnds(model, TOPICS.raw) };
  } finally {
    await pool.end();
  }
}

const NAME = 'mps-ledger ingest check';
const CONNECT_MS = 5_000;
