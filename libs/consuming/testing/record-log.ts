import { genesisOf, genesisRecord } from '@mps-ledger/event-log';
import type { Batch, EventLog, LogIdentity, LogRecord, NewRecord } from '@mps-ledger/event-log';

export const LOG: LogIdentity = { logId: 'abcdefghijkl', logGeneration: 1, eventGeneration: 1, partitions: 4 };

/** One partition of a topic, as records by hand, without a log. It begins with its genesis record. */
export class RecordLog {
  readonly records: LogRecord[] = [];
  readonly topic = 'topic';
  private offset = 0;

  constructor(readonly partition: number) {
    const { topic } = this;
    this.append(genesisRecord(genesisOf(LOG, { topic, partition }, { topic, mapper: 'm1' })));
  }

  /** The position after the last record. */
  get end(): number {
    return this.offset;
  }

  append(...records: readonly NewRecord[]): this {
    for (const record of records) {
      const { topic, partition, offset } = this;
      this.records.push({ ...record, topic, partition, offset, logged: '2026-11-22T09:00:00.000Z' });
      this.offset += 1;
    }
    return this;
  }

  /** Appends records of one key, with these values. */
  say(key: string, ...values: readonly string[]): this {
    return this.append(
      ...values.map((value) => ({ key: Buffer.from(key), value: Buffer.from(value), headers: { from: 'spec' } })),
    );
  }

  /** Leaves offsets out, as transactions and compaction do. */
  gap(offsets: number): this {
    this.offset += offsets;
    return this;
  }

  /** A batch of the records in [from, to). */
  batch(from = 0, to = this.end): Batch {
    const records = this.records.filter(({ offset }) => offset >= from && offset < to);
    const { topic, partition } = this;
    const signal = new AbortController().signal;
    return { topic, partition, from, to, records, signal, heartbeat: () => Promise.resolve() };
  }

  /** Reads as a log does, in batches of at most so many records. */
  reader(batchRecords: number): EventLog['read'] {
    const { records } = this;
    return async function* ({ from, to }) {
      const found = records.filter(({ offset }) => offset >= from && offset < to);
      for (let at = 0; at < found.length; at += batchRecords) yield found.slice(at, at + batchRecords);
    };
  }
}
