import { setTimeout as pause } from 'node:timers/promises';
import type { Pool } from 'pg';
import { makePool } from '@mps-ledger/database';
import { makeEventLog, type EventLog, type KnownEnds, type LogIdentity } from '@mps-ledger/event-log';
import { silentLogger, type Logger } from '@mps-ledger/platform';
import {
  knownSchema,
  projectionSchema,
  readKnownEnds,
  readModelIn,
  readProjectedLog,
  type ReadModel,
} from '@mps-ledger/read-model';
import { LEDGER_LAYOUT, TOPICS } from '@mps-ledger/records';
import { NotChecked } from './check';
import { openDatabase, type OpenedDatabase } from './database';
import type { Deployment } from './deployment';
import { readTail, type LogTail } from './log-tail';

/**
 * What the checks look at, each opened when it is first needed, and once. Everything but `opened` rejects with `NotChecked`
 * where the check of that part reports why.
 */
export interface LedgerView {
  readonly deployment: Deployment;
  /** Rejects with the reason. */
  opened(): Promise<OpenedDatabase>;
  /** The same, where the check of the database reports the reason. */
  database(): Promise<OpenedDatabase>;
  /** Connections to the database, which answers. */
  pool(): Promise<Pool>;
  /** The rows, of this build's schema. */
  model(): Promise<ReadModel<Pool>>;
  /** The log that the rows belong to. */
  known(): Promise<LogIdentity & { readonly ends: KnownEnds }>;
  log(): Promise<EventLog>;
  /** A log that answers, with its ends by topic. */
  ends(): Promise<ReadonlyMap<string, readonly number[]>>;
  /** The newest raw records. */
  tail(): Promise<LogTail>;
  /** Closes what was opened, in bounded time. */
  close(): Promise<void>;
}

const NAME = 'mps-ledger doctor';
/** Of each connection and each statement. */
export const ANSWER_MS = 8_000;

/** Opens nothing yet. */
export function viewLedger(deployment: Deployment, logger: Logger): LedgerView {
  const closing: (() => Promise<unknown>)[] = [];
  const opened = once(async () => {
    const database = await openDatabase(deployment, logger);
    // Last, as the others use it.
    closing.push(() => database.close());
    return database;
  });
  const database = (): Promise<OpenedDatabase> => needed(opened, NO_DATABASE);
  const onClose = (close: () => Promise<unknown>): void => void closing.unshift(close);
  const rows = viewRows(database, onClose);
  return {
    ...{ deployment, opened, database },
    ...rows,
    ...viewLog(deployment, { database, pool: rows.pool }, onClose),
    close: () => closeAll(closing, opened),
  };
}

const NO_DATABASE = 'the database cannot be used: see database';
const NO_LOG = 'the log cannot be read: see log';

type OnClose = (close: () => Promise<unknown>) => void;

function viewRows(database: LedgerView['database'], onClose: OnClose): Pick<LedgerView, 'pool' | 'model' | 'known'> {
  const pool = once(async () => {
    const made = makeDoctorPool(await database());
    onClose(() => made.end());
    await needed(() => made.query('SELECT 1'), NO_DATABASE);
    return made;
  });
  const model = once(async () => {
    const found = readModelIn(projectionSchema, await pool());
    const missing = await needed(() => knownSchema(found), 'the read model cannot be read: see read-model');
    if (missing !== null) throw new NotChecked('the read model cannot be read: see read-model');
    return found;
  });
  const known = once(async () => {
    const found = await model();
    const log = await readProjectedLog(found);
    if (log === null) throw new NotChecked('the database knows no log yet: see read-model');
    return { ...log, ends: await readKnownEnds(found, TOPICS.raw) };
  });
  return { pool, model, known };
}

function viewLog(
  deployment: Deployment,
  reach: Pick<LedgerView, 'database' | 'pool'>,
  onClose: OnClose,
): Pick<LedgerView, 'log' | 'ends' | 'tail'> {
  const log = once(async () => {
    const made = await makeLog(deployment, reach);
    onClose(() => made.close());
    return made;
  });
  const ends = once(async () => {
    const found = await log();
    const read = async (topic: string) => [topic, await found.endPositions(topic)] as const;
    return new Map(await needed(() => Promise.all(LEDGER_LAYOUT.topics.map(read)), NO_LOG));
  });
  const tail = once(async () => {
    const raw = (await ends()).get(TOPICS.raw) ?? [];
    const found = await log();
    return needed(() => readTail(found, raw), NO_LOG);
  });
  return { log, ends, tail };
}

async function makeLog({ config }: Deployment, reach: Pick<LedgerView, 'database' | 'pool'>): Promise<EventLog> {
  const { EVENT_LOG, KAFKA_BROKERS, LEDGER_TOPIC_PREFIX, KAFKA_SINGLE_BROKER, KAFKA_TLS } = config;
  const isReadable = EVENT_LOG !== undefined && (EVENT_LOG === 'postgres' || KAFKA_BROKERS !== undefined);
  if (!isReadable || LEDGER_TOPIC_PREFIX === undefined || KAFKA_SINGLE_BROKER === undefined || KAFKA_TLS === undefined)
    throw new NotChecked('where the log is cannot be read from the settings: see configuration');
  // The log in the database is reported only where the database answers.
  if (EVENT_LOG === 'postgres') await reach.pool();
  const url = EVENT_LOG === 'kafka' ? '' : (await reach.database()).database.url;
  return makeEventLog({
    settings: { ...config, EVENT_LOG, LEDGER_TOPIC_PREFIX, KAFKA_SINGLE_BROKER, KAFKA_TLS },
    ...{ layout: LEDGER_LAYOUT, url, name: NAME, logger: silentLogger(), statementTimeoutMs: ANSWER_MS },
  });
}

function makeDoctorPool({ database }: OpenedDatabase): Pool {
  return makePool({
    ...{ database, name: NAME, connections: 3, connectMs: ANSWER_MS, answerMs: ANSWER_MS },
    settings: { statement_timeout: ANSWER_MS },
    onIdleEnd: () => undefined,
  });
}

/** Runs a step for all callers at once, whatever comes of it. */
function once<Value>(step: () => Promise<Value>): () => Promise<Value> {
  let running: Promise<Value> | undefined;
  return () => (running ??= step());
}

/** The reason of a failure is reported by another check. */
async function needed<Value>(step: () => Promise<Value>, otherwise: string): Promise<Value> {
  try {
    return await step();
  } catch (error) {
    throw error instanceof NotChecked ? error : new NotChecked(otherwise, { cause: error });
  }
}

const MAX_CLOSE_MS = 5_000;
/** An embedded Postgres that was started has to be stopped. */
const MAX_STOP_MS = 15_000;

async function closeAll(closing: readonly (() => Promise<unknown>)[], opened: LedgerView['opened']): Promise<void> {
  const bounded = (work: Promise<unknown>, ms: number) =>
    Promise.race([work.catch(() => undefined), pause(ms, undefined, { ref: false })]);
  await Promise.race([opened().catch(() => undefined), pause(MAX_CLOSE_MS, undefined, { ref: false })]);
  for (const [index, close] of [...closing].entries())
    await bounded(close(), index === closing.length - 1 ? MAX_STOP_MS : MAX_CLOSE_MS);
}
