/**
 * Checkpoint: how far a partition is applied, stored with the rows. A batch is compared with the locked checkpoint; nothing here is
 * kept between batches.
 */
import { isGenesis, logInWords, LogReplaced, readGenesis, recordDigest } from '@mps-ledger/event-log';
import type { Batch, LogIdentity, LogRecord } from '@mps-ledger/event-log';
import type { ConsumerCheckpoint, TopicPartition } from './projection';

export { recordDigest };

/** Some consecutive records of one partition: a batch, or a part of one. */
export type Slice = Pick<Batch, 'topic' | 'partition' | 'from' | 'to' | 'records'>;

/** The result of comparing a slice with the checkpoint. */
export type CheckpointComparison =
  /** Begins at or before the checkpoint; `records` are those not applied yet. */
  | { readonly kind: 'apply'; readonly records: readonly LogRecord[] }
  /** All of it is applied already; continue at `resumeAt`. */
  | { readonly kind: 'already-applied'; readonly resumeAt: number }
  /** Begins after the checkpoint: the records between were never applied. Nothing may be applied. */
  | { readonly kind: 'ahead'; readonly resumeAt: number }
  /** The last applied record was not read again since the partition was taken over: continue at that record. */
  | { readonly kind: 'unverified'; readonly resumeAt: number };

/**
 * Compares a slice with the checkpoint of its partition.
 *
 * @param verified whether the last applied record was read again, and found unchanged, since the partition was taken over
 * @throws LogReplaced where the log is not the one that was applied
 */
export function compareToCheckpoint(
  slice: Slice,
  checkpoint: ConsumerCheckpoint,
  log: LogIdentity,
  verified: boolean,
): CheckpointComparison {
  const { last, position } = checkpoint;
  if (last === null) checkGenesis(slice, log);
  else if (slice.from <= last.offset && last.offset < slice.to) checkLast(slice, last);
  else if (!verified) return { kind: 'unverified', resumeAt: last.offset };
  if (slice.from > position) return { kind: 'ahead', resumeAt: position };
  if (slice.to <= position) return { kind: 'already-applied', resumeAt: position };
  return { kind: 'apply', records: slice.records.filter((record) => record.offset >= position) };
}

/** Checks the genesis record, which names the log of each partition. */
function checkGenesis(slice: Slice, log: LogIdentity): void {
  const [first] = slice.records;
  if (slice.from > 0 || first === undefined) return;
  if (!isGenesis(first)) throw replaced(slice, `it begins with a record that is no genesis, at offset ${first.offset}`);
  const genesis = readGenesis(first);
  const isOurs =
    genesis !== null &&
    genesis.logId === log.logId &&
    genesis.logGeneration === log.logGeneration &&
    (genesis.eventGeneration ?? log.eventGeneration) === log.eventGeneration &&
    genesis.topic === slice.topic &&
    genesis.partition === slice.partition;
  if (!isOurs) throw replaced(slice, `its genesis is not of ${logInWords(log)}`);
}

function checkLast(slice: Slice, last: NonNullable<ConsumerCheckpoint['last']>): void {
  const record = slice.records.find(({ offset }) => offset === last.offset);
  if (record === undefined) throw replaced(slice, `the last applied record, at offset ${last.offset}, is missing`);
  if (recordDigest(record) !== last.digest)
    throw replaced(slice, `the record at offset ${last.offset} is not the one that was applied`);
}

function replaced(slice: TopicPartition, why: string): LogReplaced {
  return new LogReplaced(`${slice.topic}/${slice.partition} is another log than the one applied: ${why}`);
}

/**
 * Checks that a log is at least as long as the applied part of it; answers its end.
 * @throws LogReplaced
 */
export function checkLength(slice: TopicPartition, position: number, end: number | undefined): number {
  if (end === undefined || end < position)
    throw replaced(slice, `it ends at ${end ?? 'no offset'}, and everything below ${position} was applied`);
  return end;
}
