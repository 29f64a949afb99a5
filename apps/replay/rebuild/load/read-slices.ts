import type { Slice, TopicPartition } from '@mps-ledger/consuming';
import type { EventLog, LogRecord } from '@mps-ledger/event-log';

/** How much is applied in one transaction. */
export interface SliceSize {
  readonly records: number;
  /** Of the records' values, exceeded by one read at most. */
  readonly bytes: number;
}

/** A part of one partition. */
export interface LoadRange extends TopicPartition {
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
}

/** Reads a range of the log in large slices, without a group. Each slice begins where the one before it ended. */
export async function* readSlices(
  log: Pick<EventLog, 'read'>,
  { topic, partition, from, to }: LoadRange,
  limits: SliceSize,
): AsyncGenerator<Slice, void> {
  let slice = { from, bytes: 0, records: [] as LogRecord[] };
  const whole = (): Slice => {
    const { records, from: begin } = slice;
    const end = (records.at(-1)?.offset ?? begin - 1) + 1;
    slice = { from: end, bytes: 0, records: [] };
    return { topic, partition, from: begin, to: end, records };
  };
  for await (const read of log.read({ topic, partition, from, to, maxRecords: limits.records })) {
    for (const record of read) {
      slice.records.push(record);
      slice.bytes += record.value?.length ?? 0;
      if (slice.records.length >= limits.records || slice.bytes >= limits.bytes) yield whole();
    }
  }
  if (slice.records.length > 0) yield whole();
}
