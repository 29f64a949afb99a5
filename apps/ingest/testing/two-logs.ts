import { hash } from 'node:crypto';
import { genesisRecord, type LogRecord, type NewRecord, type ReadOptions } from '@mps-ledger/event-log';
import { eventsOfRecord } from '@mps-ledger/records';
import { taskIdIn } from '@mps-ledger/mps';
import { toRawRecord, TOPICS } from '@mps-ledger/records';

const logged = '2026-11-22T09:00:00.500Z';
const PLACE = { logId: 'abcdefghijkl', logGeneration: 1, partitions: 1, partition: 0 };

/** One partition of the raw log and of the event log as lists, for what only reads them. A place without a record is an erased one. */
export class TwoLogs {
  readonly raw: (NewRecord | null)[] = [genesisRecord({ ...PLACE, topic: TOPICS.raw })];
  readonly events: NewRecord[] = [genesisRecord({ ...PLACE, topic: TOPICS.events })];

  /** Receives a notification; answers its raw offset. */
  receive(notificationId: string, body: unknown = { TaskId: notificationId }): number {
    return this.raw.push(rawRecord(notificationId, body)) - 1;
  }

  /** The raw record at an offset, as followers get it; null where there is none. */
  rawAt(offset: number): LogRecord | null {
    const record = this.raw[offset];
    return record ? { ...record, topic: TOPICS.raw, partition: 0, offset, logged } : null;
  }

  /** The events of a raw record, as records. */
  eventsOf(offset: number): readonly NewRecord[] {
    const record = this.rawAt(offset);
    return record === null || record.key === null ? [] : eventsOfRecord(record).map((one) => one.record);
  }

  /** Derives these raw records, in this order. */
  derive(...offsets: readonly number[]): void {
    for (const offset of offsets) this.events.push(...this.eventsOf(offset));
  }

  /** The part of the port that reading them needs. */
  readonly log = {
    endPositions: (topic: string): Promise<readonly number[]> => Promise.resolve([this.of(topic).length]),
    read: (options: ReadOptions): AsyncIterable<readonly LogRecord[]> => this.read(options),
  };

  private async *read({ topic, from, to, maxRecords = 500 }: ReadOptions): AsyncGenerator<readonly LogRecord[]> {
    const records = this.of(topic)
      .map((record, offset) => record && { ...record, topic, partition: 0, offset, logged })
      .slice(Math.max(0, from), to)
      .filter((record) => record !== null);
    for (let at = 0; at < records.length; at += maxRecords)
      yield await Promise.resolve(records.slice(at, at + maxRecords));
  }

  private of(topic: string): readonly (NewRecord | null)[] {
    return topic === TOPICS.raw ? this.raw : this.events;
  }
}

export function rawRecord(notificationId: string, body: unknown): NewRecord {
  const bytes = Buffer.from(JSON.stringify(body));
  return toRawRecord({
    ...{ id: notificationId, account: 'default', source: 'default', transport: 'callback', trust: 'callback-unsigned' },
    ...{ received: '2026-11-22T09:00:00.000Z', sha256: hash('sha256', bytes), taskId: taskIdIn(bytes), bytes },
  });
}
