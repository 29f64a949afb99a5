import { isGenesis } from '@mps-ledger/event-log';
import type { Batch, EventLog, Follower, FollowOptions, LogRecord } from '@mps-ledger/event-log';

/** Everything that was delivered, by partition and offset. */
export class Delivered {
  readonly batches: Batch[] = [];
  private readonly byPartition = new Map<number, Map<number, LogRecord>>();

  add(batch: Batch): void {
    this.batches.push(batch);
    const records = this.byPartition.get(batch.partition) ?? new Map<number, LogRecord>();
    this.byPartition.set(batch.partition, records);
    for (const record of batch.records) records.set(record.offset, record);
  }

  /** One partition's records in the order of the log, each once, however often and in whatever order they came. */
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

/** Follows a topic, keeping what is delivered. */
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

/** The first place of each text in a list, in the list's order. */
export function firsts(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}

/**
 * A reader that keeps its own positions and compares, as a projection does in its transaction: what it has is trimmed,
 * what begins later than it should is refused with a seek back.
 */
export class ComparingReader {
  readonly applied: LogRecord[][] = [];
  /** Batches that began later than what was applied: possible when ownership moves, answered by a seek. */
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

  /** Begins anew; what was applied stays. */
  forget(): void {
    this.positions = [];
  }

  texts(partition: number): string[] {
    return (this.applied[partition] ?? []).filter((record) => !isGenesis(record)).map((record) => String(record.value));
  }
}
