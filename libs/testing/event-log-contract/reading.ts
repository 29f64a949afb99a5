import { isGenesis } from '@mps-ledger/event-log';
import type { Batch, EventLog, Follower, FollowOptions, LogRecord } from '@mps-ledger/event-log';

/** All delivered records, by partition and offset. */
export class Delivered {
  readonly batches: Batch[] = [];
  private readonly byPartition = new Map<number, Map<number, LogRecord>>();

  add(batch: Batch): void {
    this.batches.push(batch);
    const records = this.byPartition.get(batch.partition) ?? new Map<number, LogRecord>();
    this.byPartition.set(batch.partition, records);
    for (const record of batch.records) records.set(record.offset, record);
  }

  /** The records of one partition, each once, in log order, independent of the order and number of deliveries. */
  log(partition: number): LogRecord[] {
    const records = [...(this.byPartition.get(partition) ?? new Map<number, LogRecord>()).values()];
    return records.sort((a, b) => a.offset - b.offset);
  }

  /** Their values as texts, without genesis. */
  texts(partition: number): string[] {
    return this.log(partition)
      .filter((record) => !isGenesis(record))
      .map((record) => String(record.value));
  }

  get(partition: number, offset: number | undefined): LogRecord | undefined {
    return offset === undefined ? undefined : this.byPartition.get(partition)?.get(offset);
  }
}

/** Follows a topic and keeps the delivered records. */
export function collect(
  log: EventLog,
  options: Omit<FollowOptions, 'onBatch'> & Partial<Pick<FollowOptions, 'onBatch'>>,
): { delivered: Delivered; follower: Follower } {
  const delivered = new Delivered();
  const follower = log.follow({
    ...options,
    onBatch: async (batch) => {
      delivered.add(batch);
      return (await options.onBatch?.(batch)) ?? batch.to;
    },
  });
  return { delivered, follower };
}

/** The distinct texts of a list, in the order of their first occurrence. */
export function firsts(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}

/**
 * A reader that keeps its own positions and compares them, like a projection in its transaction: records that it has are trimmed; for
 * a batch that begins too late it seeks back.
 */
export class ComparingReader {
  readonly applied: LogRecord[][] = [];
  /** Number of batches that began too late, which may happen when ownership moves. */
  early = 0;
  private positions: number[] = [];

  position(partition: number): number {
    return this.positions[partition] ?? 0;
  }

  readonly startAt = async (partition: number): Promise<number> => this.position(partition);

  readonly onBatch = async (batch: Batch): Promise<number> => {
    const position = this.position(batch.partition);
    if (batch.from > position) {
      this.early += 1;
      return position;
    }
    if (batch.to <= position) return position;
    const fresh = batch.records.filter((record) => record.offset >= position);
    this.applied[batch.partition] = [...(this.applied[batch.partition] ?? []), ...fresh];
    this.positions[batch.partition] = batch.to;
    return batch.to;
  };

  /** Starts again with the applied records. */
  forget(): void {
    this.positions = [];
  }

  texts(partition: number): string[] {
    return (this.applied[partition] ?? []).filter((record) => !isGenesis(record)).map((record) => String(record.value));
  }
}
