import { OutOfRange } from '../errors';
import type { FetchedRecords, PartitionSource } from '../partition-loop';
import type { LogRecord } from '../port';
import type { Ends } from './ends';

export interface PartitionSourceOptions {
  readonly topic: string;
  readonly partition: number;
  readonly ends: Ends;
  readonly fetch: (position: number) => Promise<readonly LogRecord[]>;
  readonly readEnd: () => Promise<number>;
  readonly readProgress: () => Promise<number | null>;
}

/** A partition of the Postgres log, as the loop wants it. */
export function makePartitionSource(options: PartitionSourceOptions): PartitionSource {
  const { topic, partition, ends } = options;
  const check = async (position: number): Promise<number> => {
    const end = await options.readEnd();
    if (Number.isSafeInteger(position) && position >= 0 && position <= end) return end;
    throw new OutOfRange(topic, partition, position, end);
  };
  return {
    progress: async () => (await options.readProgress()) ?? 0,
    async check(position) {
      await check(position);
    },
    async next(position, signal): Promise<FetchedRecords | null> {
      for (;;) {
        await ends.reached(partition, position, signal);
        if (signal.aborted) return null;
        const records = await options.fetch(position);
        if (isWhole(records, position)) return { records, to: position + records.length };
        const end = await check(position);
        // This log has no gaps: what is missing below its end was taken out by force.
        if (end > position) throw new OutOfRange(topic, partition, firstMissing(records, position), end);
        ends.correct(partition, end);
      }
    },
  };
}

function isWhole(records: readonly LogRecord[], position: number): boolean {
  return records.length > 0 && firstMissing(records, position) === position + records.length;
}

function firstMissing(records: readonly LogRecord[], position: number): number {
  const found = records.findIndex((record, index) => record.offset !== position + index);
  return position + (found === -1 ? records.length : found);
}
