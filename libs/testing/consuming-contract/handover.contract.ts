import { eventually } from '@mps-ledger/spec-kit';
import { CONTRACT_LAYOUT } from '../event-log-contract/contract-log';
import type { ConsumingContext } from './context';
import { MORE } from './counts';

const ALL = [...Array(CONTRACT_LAYOUT.partitions).keys()];
const KEYS = Array.from({ length: 10 }, (_, n) => `key-${n % 5}`);

/** What is promised where partitions pass from one process to another. */
export function handoverContract({ append, start, group, caughtUp, expectExact }: ConsumingContext): void {
  const appendToAll = async (values?: readonly string[]): Promise<void> => {
    for (const partition of ALL) await append(partition, KEYS, values);
  };

  describe('a partition', () => {
    it('that is lost in the middle of a batch is not written by the process that lost it', async () => {
      await appendToAll();
      let isPaused = true;
      let resume = (): void => undefined;
      const paused = new Promise<void>((resolve) => (resume = resolve));
      const inBatch = (): Promise<void> => (isPaused ? paused : Promise.resolve());
      const first = await start({ inBatch, transaction: { idleTimeoutMs: 60_000 } });
      await eventually(() => ALL.every((one) => first.batches.some(({ partition }) => partition === one)));
      const inFlight = ALL.map((one) => first.batches.findLast(({ partition }) => partition === one)!);
      const second = await start({}, true);
      const lost = await eventually(() => {
        const aborted = inFlight.filter(({ signal }) => signal.aborted);
        return aborted.length > 0 ? aborted : null;
      });
      isPaused = false;
      resume();
      await caughtUp();
      await expectExact();
      expect(lost.map((batch) => first.answers.get(batch))).toEqual(lost.map(() => 0));
      expect([first.ahead(), second.ahead()]).toEqual([0, 0]);
    });

    it('is applied once by two processes that both work on it', async () => {
      await appendToAll();
      const both = await Promise.all([
        start({ batchRecords: 3, group: group() }),
        start({ batchRecords: 7, group: group() }, true),
      ]);
      await appendToAll();
      await caughtUp();
      await expectExact();
      await eventually(() => both.every((one) => one.coordination.problems().length === 0));
    });

    it('is taken over at its checkpoint, and records that were held are delivered again', async () => {
      await appendToAll();
      const first = await start();
      await caughtUp();
      await appendToAll(KEYS.map((key, n) => (n < 6 ? key : MORE)));
      await eventually(
        () => first.batches.filter(({ records }) => records.at(-1)?.value?.toString() === MORE).length >= 4,
      );
      await first.close();
      const second = await start({}, true);
      await appendToAll();
      await caughtUp();
      await expectExact();
      expect(second.commits.length).toBeGreaterThanOrEqual(ALL.length);
      expect(second.parked()).toBe(0);
    });
  });
}
