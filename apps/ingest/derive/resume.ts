import { hash } from 'node:crypto';
import { LogReplaced, type EventLog, type LogRecord } from '@mps-ledger/event-log';
import { BROKEN_BYTES, notificationIdOf } from '@mps-ledger/records';
import { TOPICS } from '@mps-ledger/records';
import { derivedBackwards, type DerivedRecord } from './last-received';

/** The operations of the log that finding the position needs. */
export type ReadableLog = Pick<EventLog, 'read' | 'endPositions'>;

/** Where deriving continues in one partition of the raw log. */
export interface Resumption {
  /** After the last raw record that was derived. */
  readonly after: number;
  /** The position to fetch next: that of the first record from `after` on, or the end. There are no records between the two. */
  readonly position: number;
  /** The position after the last raw record, read after the event log was. */
  readonly rawEnd: number;
}

/** After so many derived raw records that are erased, there is nothing to compare with. */
const MAX_ERASED = 1_000;
/** Raw records that are read per window of the event log. */
const MAX_READS_PER_WINDOW = 20;

/**
 * Finds where deriving continues: after the raw record of the partition's last `notification.received`, at zero where there is
 * none. Appends to a partition are serial, each after the previous one succeeded, so everything up to that record was derived;
 * what was derived beyond it is derived again. No group's progress is used.
 *
 * Rejects with `LogReplaced` where the raw log is not the one that was derived: it does not reach as far, or has another record
 * there. Otherwise with the log's errors.
 */
export async function findResumption(log: ReadableLog, partition: number): Promise<Resumption> {
  let last: DerivedRecord | undefined;
  let rawEnd: number | undefined;
  let considered = 0;
  for await (const { derived } of derivedBackwards(log, partition)) {
    if (derived.length === 0) continue;
    last ??= derived.at(-1);
    rawEnd ??= await endOf(log, partition);
    const isCompared = await compareNewest(log, partition, derived, rawEnd);
    considered += derived.length;
    if (isCompared || considered >= MAX_ERASED) break;
  }
  rawEnd ??= await endOf(log, partition);
  const after = last === undefined ? 0 : last.rawOffset + 1;
  return { after, position: await firstFrom(log, partition, after, rawEnd), rawEnd };
}

/**
 * Compares the last one derived, and the furthest: after a late append of an earlier owner the last one may lie below others.
 * Returns whether the raw record of any existed to compare.
 */
async function compareNewest(
  log: ReadableLog,
  partition: number,
  derived: readonly DerivedRecord[],
  rawEnd: number,
): Promise<boolean> {
  const furthest = [...derived].sort((a, b) => b.rawOffset - a.rawOffset);
  const beyond = furthest[0];
  if (beyond !== undefined && beyond.rawOffset >= rawEnd)
    throw replaced(partition, `it ends at ${rawEnd}, and offset ${beyond.rawOffset} was derived from it`);
  const byLast = await compareOneOf(log, partition, [...derived].reverse(), rawEnd);
  if (beyond === derived.at(-1)) return byLast;
  return (await compareOneOf(log, partition, furthest, rawEnd)) || byLast;
}

/** Compares the first of these; where its raw record was erased, the next one that still has a raw record. */
async function compareOneOf(
  log: ReadableLog,
  partition: number,
  candidates: readonly DerivedRecord[],
  rawEnd: number,
): Promise<boolean> {
  const [first, ...others] = candidates;
  if (first !== undefined && (await hasRawRecord(log, partition, first))) return true;
  const low = await firstFrom(log, partition, 0, rawEnd);
  for (const other of others.filter(({ rawOffset }) => rawOffset >= low).slice(0, MAX_READS_PER_WINDOW)) {
    if (await hasRawRecord(log, partition, other)) return true;
  }
  return false;
}

/** False where the raw record was erased. @throws LogReplaced */
async function hasRawRecord(log: ReadableLog, partition: number, derived: DerivedRecord): Promise<boolean> {
  const at = { topic: TOPICS.raw, partition, from: derived.rawOffset, to: derived.rawOffset + 1 };
  // Read twice before it counts as another one: bytes may be damaged on the way.
  for (let attempt = 1; ; attempt += 1) {
    const record = await firstOf(log, at);
    if (record === undefined) return false;
    if (isSame(derived, record)) return true;
    if (attempt === 2)
      throw replaced(partition, `its record at offset ${record.offset} is not the one that was derived`);
  }
}

function isSame(derived: DerivedRecord, record: LogRecord): boolean {
  if (notificationIdOf(record) !== derived.notificationId) return false;
  // The digest of a damaged record is that of the bytes that arrived, not of those in the log.
  if (derived.reason === BROKEN_BYTES || record.headers['sha256'] === derived.digest) return true;
  return hash('sha256', record.value ?? Buffer.alloc(0)) === derived.digest;
}

/** The position of the first record from a position on; the end where there is none. Records between were erased. */
export async function firstFrom(log: ReadableLog, partition: number, from: number, end: number): Promise<number> {
  if (from >= end) return end;
  return (await firstOf(log, { topic: TOPICS.raw, partition, from, to: end }))?.offset ?? end;
}

async function firstOf(
  log: ReadableLog,
  stretch: { topic: string; partition: number; from: number; to: number },
): Promise<LogRecord | undefined> {
  for await (const [record] of log.read({ ...stretch, maxRecords: 1, maxBytes: 1 })) return record;
  return undefined;
}

async function endOf(log: ReadableLog, partition: number): Promise<number> {
  return (await log.endPositions(TOPICS.raw))[partition] ?? 0;
}

function replaced(partition: number, why: string): LogReplaced {
  return new LogReplaced(`${TOPICS.raw}/${partition} is not the raw log that the events were derived from: ${why}`);
}
