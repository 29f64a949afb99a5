import type { LogRecord, NewRecord } from '../port/port';
import type { KnownEnds } from './log-guard';
import { topicPartition, type PartitionInspection } from './inspection';

/** The last record that this process appended to a partition. */
export interface OwnRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** Whether a record that was read is that one, by key and headers. */
  readonly isSame: (record: LogRecord | undefined) => boolean;
}

/** The known ends of partitions: from checkpoints, inspections and this process's own appends. They only rise. */
export class EndTracker {
  private readonly ends = new Map<string, number[]>();
  private readonly lastAppended = new Map<string, OwnRecord>();

  raiseAll(ends: KnownEnds): void {
    for (const [topic, those] of ends) those.forEach((end, partition) => this.raise(topic, partition, end));
  }

  raiseInspected(inspections: readonly PartitionInspection[]): void {
    for (const { topic, partition, found } of inspections) if (found !== null) this.raise(topic, partition, found.end);
  }

  appended(topic: string, partition: number, offsets: readonly number[], records: readonly NewRecord[]): void {
    const offset = offsets.at(-1);
    const record = records.at(-1);
    if (offset === undefined || record === undefined) return;
    this.raise(topic, partition, offset + 1);
    // Does not keep the value, which may be large.
    const { key, headers } = record;
    const isSame = (other: LogRecord | undefined): boolean => other !== undefined && isAlike({ key, headers }, other);
    this.lastAppended.set(topicPartition(topic, partition), { topic, partition, offset, isSame });
  }

  endOf(topic: string, partition: number): number {
    return this.ends.get(topic)?.[partition] ?? 0;
  }

  /** The position after the last record that this process appended; 0 where it appended none. */
  appendedEndOf(topic: string, partition: number): number {
    const own = this.lastAppended.get(topicPartition(topic, partition));
    return own === undefined ? 0 : own.offset + 1;
  }

  ownRecords(): readonly OwnRecord[] {
    return [...this.lastAppended.values()];
  }

  /** A copy of the ends. */
  snapshot(): KnownEnds {
    return new Map([...this.ends].map(([topic, ends]) => [topic, [...ends]]));
  }

  private raise(topic: string, partition: number, end: number): void {
    const ends = this.ends.get(topic) ?? [];
    this.ends.set(topic, ends);
    ends[partition] = Math.max(ends[partition] ?? 0, end);
  }
}

function isAlike(one: Pick<NewRecord, 'key' | 'headers'>, other: Pick<NewRecord, 'key' | 'headers'>): boolean {
  const names = Object.keys(one.headers);
  return (
    (one.key === null ? other.key === null : other.key !== null && one.key.equals(other.key)) &&
    names.length === Object.keys(other.headers).length &&
    names.every((name) => one.headers[name] === other.headers[name])
  );
}
