import type { LogRecord, ReadOptions } from '../port/port';
import { fetchRecords, type RecordsOf } from './records';

const DEFAULT_MAX_RECORDS = 500;
const DEFAULT_MAX_BYTES = 8 * 1024 * 1024;

/** Reads a range of one partition; see the port. */
export async function* readPartition(records: RecordsOf, options: ReadOptions): AsyncGenerator<readonly LogRecord[]> {
  const { topic, partition, from, to, maxRecords = DEFAULT_MAX_RECORDS, maxBytes = DEFAULT_MAX_BYTES } = options;
  for (let position = from; position < to;) {
    // A range has at most as many records as offsets.
    const most = Math.min(maxRecords, to - position);
    const fetched = await fetchRecords(records, topic, partition, position, { maxRecords: most, maxBytes });
    const wanted = fetched.filter(({ offset }) => offset < to);
    if (wanted.length > 0) yield wanted;
    const last = fetched.at(-1);
    if (last === undefined) return;
    position = last.offset + 1;
  }
}
