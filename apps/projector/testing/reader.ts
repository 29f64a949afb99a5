import type { EventLog } from '@mps-ledger/event-log';
import type { PartitionLog } from './partition-log';

/** Reads a partition by hand as a log would, in batches of at most so many records. */
export function readerOf(log: PartitionLog, batchRecords: number): EventLog['read'] {
  return async function* ({ from, to }) {
    const records = log.records.filter(({ offset }) => offset >= from && offset < to);
    for (let at = 0; at < records.length; at += batchRecords) yield records.slice(at, at + batchRecords);
  };
}
