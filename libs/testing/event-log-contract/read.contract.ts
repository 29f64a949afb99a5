import { isGenesis } from '@mps-ledger/event-log';
import type { EventLog, LogRecord, ReadOptions } from '@mps-ledger/event-log';

import { appendEach, appendUntilAcknowledged, numbered, record } from './appending';
import { TOPIC, type ContractContext } from './contract-log';
import { firsts } from './reading';

async function batchesOf(log: EventLog, options: Omit<ReadOptions, 'topic'>): Promise<(readonly LogRecord[])[]> {
  const batches: (readonly LogRecord[])[] = [];
  for await (const records of log.read({ topic: TOPIC, ...options })) batches.push(records);
  return batches;
}

/** The contract of reading without a group. */
export function readContract({ log, group }: ContractContext): void {
  const end = async (partition: number): Promise<number> => (await log().endPositions(TOPIC))[partition] ?? 0;

  describe('read', () => {
    it('yields each record once, in order, from genesis to the end, in batches of at most so many', async () => {
      const partition = 1;
      const texts = numbered('read', 7);
      await appendEach(log(), TOPIC, partition, texts);
      const batches = await batchesOf(log(), { partition, from: 0, to: await end(partition), maxRecords: 3 });
      for (const { length } of batches) {
        expect(length).toBeGreaterThan(0);
        expect(length).toBeLessThanOrEqual(3);
      }
      const records = batches.flat();
      expect(isGenesis(records[0]!)).toBe(true);
      const offsets = records.map(({ offset }) => offset);
      expect(offsets).toEqual([...new Set(offsets)].sort((a, b) => a - b));
      const read = records.map(({ value }) => String(value)).filter((text) => texts.includes(text));
      expect(firsts(read)).toEqual(texts);
    });

    it('begins where it is told to, stops before the end it is given, and at the log’s own', async () => {
      const partition = 2;
      const { offsets } = await appendUntilAcknowledged(
        log(),
        TOPIC,
        partition,
        numbered('stretch', 5).map((text) => record(text)),
      );
      const [, from = 0, , to = 0] = offsets;
      const stretch = (await batchesOf(log(), { partition, from, to })).flat();
      expect(stretch.map(({ value }) => String(value))).toEqual(['stretch-1', 'stretch-2']);
      const all = (await batchesOf(log(), { partition, from, to: Number.MAX_SAFE_INTEGER })).flat();
      expect(all.map(({ offset }) => offset).at(-1)).toBe((await end(partition)) - 1);
      expect(await batchesOf(log(), { partition, from: to, to })).toEqual([]);
    });

    it('hands over a record above the bytes allowed alone', async () => {
      const partition = 3;
      const large = { key: null, value: Buffer.alloc(100_000, 1), headers: {} };
      const { offsets } = await appendUntilAcknowledged(log(), TOPIC, partition, [
        record('before'),
        large,
        record('after'),
      ]);
      const [from = 0] = offsets;
      const batches = await batchesOf(log(), { partition, from, to: await end(partition), maxBytes: 1000 });
      expect(batches.map((batch) => batch.length)).toEqual([1, 1, 1]);
    });

    it('is no member of any group, and may be left early', async () => {
      const name = group();
      for await (const records of log().read({ topic: TOPIC, partition: 0, from: 0, to: 1 })) {
        expect(records).toHaveLength(1);
        break;
      }
      expect(await log().progress(name, TOPIC)).toEqual([null, null, null, null]);
    });
  });
}
