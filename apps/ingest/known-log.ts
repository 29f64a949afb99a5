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
import { backoff, pause, type Finding, type Logger } from '@mps-ledger/platform';
import { knownSchema, readKnownEnds, readProjectedLog } from '@mps-ledger/read-model';
import { TOPICS } from '@mps-ledger/records';
import { closedBy, type ClosedCode } from './sources/received';

export interface KnownLogOptions {
  readonly log: Pick<EventLog, 'identity' | 'guard'>;
  /** The ledger's database, which knows its log. */
  readonly database: Database;
  /** What the log itself needs of it. */
  readonly needs: DatabaseNeeds;
  readonly logger: Logger;
  /** Told what is missing; null once nothing is. */
  readonly onWaiting: (missing: MissingLog | null) => void;
  /** Aborted when there is nothing to wait for any more: then it rejects. */
  readonly signal: AbortSignal;
}

/** Why there is no log to receive into yet. */
export interface MissingLog extends Finding {
  readonly code: ClosedCode;
}

/**
 * Waits, without end, for a log that is set up and is the one that the ledger's database knows: what was received into
 * another one would never be seen. Once found, the log's guard knows it, and how far it must reach, and the database is not
 * needed to receive.
 */
export async function waitForKnownLog(options: KnownLogOptions): Promise<LogIdentity> {
  const { onWaiting, logger, signal } = options;
  let told = '';
  for (let attempt = 1; ; attempt += 1) {
    const found = await lookForKnownLog(options);
    if ('logId' in found) {
      onWaiting(null);
      return found;
    }
    onWaiting(found);
    const { code, reason } = found;
    if (reason !== told) logger.warn({ attempt, code, reason }, 'waiting for the event log');
    told = reason;
    await pause(backoff(attempt), signal);
    signal.throwIfAborted();
  }
}

/** The log that the database knows; or what is missing. */
export async function lookForKnownLog({
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
    const code = closedBy(error);
    const reason = error instanceof Error ? error.message : String(error);
    // What could not be reached may be named with its address; so may what mends the rest, after its first line.
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
  try {
    const missing = await knownSchema(pool);
    if (missing !== null) return missing;
    const log = await readProjectedLog(pool);
    return log === null
      ? 'the database knows no log yet: run setup'
      : { ...log, ends: await readKnownEnds(pool, TOPICS.raw) };
  } finally {
    await pool.end();
  }
}

const NAME = 'mps-ledger ingest check';
const CONNECT_MS = 5_000;
