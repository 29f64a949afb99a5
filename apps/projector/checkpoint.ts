/**
 * Checkpoint: how far a partition is applied, kept with the rows. Everything here compares a batch with a checkpoint that
 * is locked; nothing here is remembered between batches.
 */
import { isGenesis, logInWords, LogReplaced, readGenesis, recordDigest } from '@mps-ledger/event-log';
import type { Batch, LogIdentity, LogRecord } from '@mps-ledger/event-log';
import type { CheckpointState } from '@mps-ledger/read-model';

export { recordDigest };

/** Some consecutive records of one partition: a batch, or a part of one. */
export type Slice = Pick<Batch, 'topic' | 'partition' | 'from' | 'to' | 'records'>;

/** What a checkpoint says of a slice. */
export type Placement =
  /** Begins at the checkpoint, once what is applied already is trimmed. */
  | { readonly kind: 'apply'; readonly records: readonly LogRecord[] }
  /** All of it is applied already; `goTo` is where to go on. */
  | { readonly kind: 'applied'; readonly goTo: number }
  /** Begins after the checkpoint: something between was never seen here. Nothing may be applied. */
  | { readonly kind: 'ahead'; readonly goTo: number }
  /** The last record applied was not seen again since this partition was taken over: begin with it. */
  | { readonly kind: 'unverified'; readonly goTo: number };

/**
 * Compares a slice with the checkpoint of its partition.
 *
 * @param verified whether the last record applied was seen again, and found the same, since the partition was taken over.
 * @throws LogReplaced where the log under the checkpoint is not the one that was applied.
 */
export function place(slice: Slice, checkpoint: CheckpointState, log: LogIdentity, verified: boolean): Placement {
  const { last, position } = checkpoint;
  if (last === null) checkGenesis(slice, log);
  else if (slice.from <= last.offset && last.offset < slice.to) checkLast(slice, last);
  else if (!verified) return { kind: 'unverified', goTo: last.offset };
  if (slice.from > position) return { kind: 'ahead', goTo: position };
  if (slice.to <= position) return { kind: 'applied', goTo: position };
  return { kind: 'apply', records: slice.records.filter((record) => record.offset >= position) };
}

/** Each partition begins with a record that says which log this is. */
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

function checkLast(slice: Slice, last: NonNullable<CheckpointState['last']>): void {
  const record = slice.records.find(({ offset }) => offset === last.offset);
  if (record === undefined) throw replaced(slice, `the last record applied, at offset ${last.offset}, is gone`);
  if (recordDigest(record) !== last.digest)
    throw replaced(slice, `the record at offset ${last.offset} is not the one that was applied`);
}

function replaced(slice: Pick<Slice, 'topic' | 'partition'>, why: string): LogReplaced {
  return new LogReplaced(`${slice.topic}/${slice.partition} is another log than the one applied: ${why}`);
}

/**
 * Checks that a log is at least as long as what was applied of it; answers its end.
 * @throws LogReplaced
 */
export function checkLength(
  slice: Pick<Slice, 'topic' | 'partition'>,
  position: number,
  end: number | undefined,
): number {
  if (end === undefined || end < position)
    throw replaced(slice, `it ends at ${end ?? 'no offset'}, and everything below ${position} was applied`);
  return end;
}
