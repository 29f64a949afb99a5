import type { Pool } from 'pg';
import type { LogRecord, NewRecord } from '@mps-ledger/event-log';
import { projectionSchema as schema } from '@mps-ledger/read-model';
import { summaryOfRecord, TOPICS } from '@mps-ledger/records';
import type { CheckName } from '../../apps/verifier/report/findings';
import { recordsIn } from './ledger';
import type { Planted } from './verifying';

/** Does something to a ledger that must be found. */
export type Plant = (ledger: Planted) => Promise<unknown>;

/** A corruption, the check that must find it, and what each of these differences must say, in any order. */
export interface Corruption {
  readonly what: string;
  readonly check: CheckName;
  readonly says: readonly RegExp[];
  readonly plant: Plant;
}

export function corruption(what: string, check: CheckName, says: RegExp | readonly RegExp[], plant: Plant): Corruption {
  return { what, check, says: says instanceof RegExp ? [says] : says, plant };
}

/** A statement on the log, whose tables refuse all but appends. RAW and EVENTS stand for partition 0 of those topics. */
export function onLog(...sql: readonly string[]): Plant {
  const statements = sql.map((one) => one.replaceAll(/\b(RAW|EVENTS)\b/g, (word) => placeOf(word)));
  return ({ pool }) => changed(pool, ['ALTER TABLE ledger_log.record DISABLE TRIGGER append_only', ...statements]);
}

function placeOf(word: string): string {
  const topic = word === 'RAW' ? TOPICS.raw : TOPICS.events;
  return `(SELECT id FROM ledger_log.partition WHERE topic = '${topic}' AND partition = 0)`;
}

/** Statements on the rows. */
export function onRows(...sql: readonly string[]): Plant {
  return ({ pool }) => changed(pool, sql);
}

/** A row of a table again, with something changed. */
export function another(table: string, which: string, change: string): Plant {
  return onRows(
    `CREATE TEMPORARY TABLE one AS SELECT * FROM ${table} WHERE ${which} LIMIT 1`,
    `UPDATE one SET ${change}`,
    `INSERT INTO ${table} SELECT * FROM one`,
  );
}

/** Runs statements one after the other; the last one must change something. */
async function changed(pool: Pool, statements: readonly string[]): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query(`SET search_path = ${schema}`);
    let count = 0;
    for (const sql of statements) count = (await client.query(sql)).rowCount ?? 0;
    if (count === 0) throw new Error(`it changed nothing: ${String(statements.at(-1))}`);
  } finally {
    client.release(true);
  }
}

/** Appends to partition 0 of the event log what `change` makes of the first record there that matches. */
export function appendLike(which: (record: LogRecord) => boolean, change: (record: LogRecord) => NewRecord): Plant {
  return async ({ log }) => {
    const record = (await recordsIn(log, TOPICS.events, 0)).find(which);
    if (record === undefined) throw new Error('there is no such record');
    await log.append(TOPICS.events, 0, [change(record)]);
  };
}

export const isReceived = (record: LogRecord): boolean => summaryOfRecord(record).type === 'mps.notification.received';
export const isOther = (record: LogRecord): boolean =>
  summaryOfRecord(record).eventId !== undefined && !isReceived(record);
