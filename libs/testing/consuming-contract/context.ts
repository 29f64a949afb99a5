import { isGenesis } from '@mps-ledger/event-log';
import type { EventLog, LogRecord } from '@mps-ledger/event-log';
import { eventually } from '@mps-ledger/spec-kit';
import { appendUntilAcknowledged } from '../event-log-contract/appending';
import { CONTRACT_LAYOUT, TOPIC } from '../event-log-contract/contract-log';
import type { CountingConsumer, CountingOptions } from './counting-consumer';
import type { CountingProjection } from './counts';

/** What each part of the suite works with. The log is one for all tests, tables and groups are each test's own. */
export interface ConsumingContext {
  readonly log: () => EventLog;
  readonly counts: () => CountingProjection;
  /** Appends records of these keys to a partition, in one append; null: without a key. Default of the values: the key. */
  append(partition: number, keys: readonly (string | null)[], values?: readonly string[]): Promise<readonly number[]>;
  /** All records of a partition. */
  records(partition: number): Promise<readonly LogRecord[]>;
  /** Starts a consumer; closed after the test. `isApart`: over a connection to the log of its own, as another process. */
  start(options?: Partial<CountingOptions>, isApart?: boolean): Promise<CountingConsumer>;
  /** A group that nobody used. */
  group(): string;
  /** Resolves when every record of some partitions (default: all) is applied. */
  caughtUp(partitions?: readonly number[]): Promise<void>;
  /** Expects the count of each key of all partitions to be that of its records in the log, but for those of some offsets. */
  expectExact(parked?: ReadonlyMap<number, readonly number[]>): Promise<void>;
}

const ALL = [...Array(CONTRACT_LAYOUT.partitions).keys()];

/** The part of the context that needs nothing but log and tables. */
export function comparisons(
  log: () => EventLog,
  counts: () => CountingProjection,
): Omit<ConsumingContext, 'start' | 'group'> {
  const records = async (partition: number): Promise<readonly LogRecord[]> => {
    const to = (await log().endPositions(TOPIC))[partition] ?? 0;
    const found: LogRecord[] = [];
    for await (const some of log().read({ topic: TOPIC, partition, from: 0, to })) found.push(...some);
    return found;
  };
  return {
    ...{ log, counts, records },
    async append(partition, keys, values = []) {
      const given = keys.map((key, n) => ({
        key: key === null ? null : Buffer.from(key),
        value: Buffer.from(values[n] ?? String(key)),
        headers: {},
      }));
      return (await appendUntilAcknowledged(log(), TOPIC, partition, given)).offsets;
    },
    async caughtUp(partitions = ALL) {
      await eventually(async () => {
        const ends = await log().endPositions(TOPIC);
        const at = (partition: number) => counts().store.read({ topic: TOPIC, partition });
        const states = await Promise.all(partitions.map(at));
        return states.every(({ position }, n) => position === ends[partitions[n] ?? -1]);
      });
    },
    async expectExact(parked = new Map()) {
      const rows = await counts().query<{ partition: number; key: string; records: string }>(
        'SELECT partition, key, records FROM $schema.count',
      );
      const found = new Map(rows.map((row) => [`${row.partition} ${row.key}`, Number(row.records)]));
      expect(found).toEqual(countsOf((await Promise.all(ALL.map(records))).flat(), parked));
    },
  };
}

function countsOf(
  records: readonly LogRecord[],
  parked: ReadonlyMap<number, readonly number[]>,
): ReadonlyMap<string, number> {
  const counted = new Map<string, number>();
  for (const record of records) {
    const isParked = parked.get(record.partition)?.includes(record.offset) === true;
    if (isGenesis(record) || record.key === null || isParked) continue;
    const name = `${record.partition} ${record.key.toString()}`;
    counted.set(name, (counted.get(name) ?? 0) + 1);
  }
  return counted;
}
