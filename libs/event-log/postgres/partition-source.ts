import { OutOfRange } from '../port/errors';
import { BEGIN_AGAIN, type FetchedRecords, type PartitionSource } from '../follow/partition-loop';
import type { LogRecord } from '../port/port';
import type { Ends } from './ends';

export interface PartitionSourceOptions {
  readonly topic: string;
  readonly partition: number;
  readonly ends: Ends;
  readonly fetch: (position: number) => Promise<readonly LogRecord[]>;
  readonly readEnd: () => Promise<number>;
  readonly readProgress: () => Promise<number | null>;
}

/** The `PartitionSource` of a partition of the Postgres log. */
export function makePartitionSource(options: PartitionSourceOptions): PartitionSource {
  const { topic, partition, ends } = options;
  let { outages } = ends;
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
    async next(position, signal): Promise<FetchedRecords | typeof BEGIN_AGAIN | null> {
      for (;;) {
        await ends.waitFor(partition, position, signal);
        if (signal.aborted) return null;
        if (outages !== ends.outages) {
          // It may have been restored from a dump during the outage.
          outages = ends.outages;
          return BEGIN_AGAIN;
        }
        const records = withoutGap(await options.fetch(position), position);
        if (records.length > 0) return { records, to: position + records.length };
        const end = await check(position);
        // This log has no gaps: a record that is missing below its end was deleted by force.
        if (end > position) throw new OutOfRange(topic, partition, position, end);
        ends.correct(partition, end);
      }
    },
  };
}

/** The records from a position up to the first gap. */
function withoutGap(records: readonly LogRecord[], position: number): readonly LogRecord[] {
  const found = records.findIndex((record, index) => record.offset !== position + index);
  return found === -1 ? records : records.slice(0, found);
}
