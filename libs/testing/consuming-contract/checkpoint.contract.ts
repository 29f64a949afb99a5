import { recordDigest } from '@mps-ledger/event-log';
import { eventually } from '@mps-ledger/spec-kit';
import { CONTRACT_LAYOUT, TOPIC } from '../event-log-contract/contract-log';
import type { ConsumingContext } from './context';
import type { RecordedCommit } from './counting-consumer';
import { MORE } from './counts';

const PARTITION = 1;
const AT = { topic: TOPIC, partition: PARTITION };
const KEYS = Array.from({ length: 10 }, (_, n) => `key-${n % 3}`);

/** Commits of a partition follow each other without a gap and without an overlap. */
function expectContiguous(commits: readonly RecordedCommit[], from: number, to: number): void {
  const ours = commits.filter(({ partition }) => partition === PARTITION);
  expect(ours.map((commit) => commit.from)).toEqual([from, ...ours.slice(0, -1).map((commit) => commit.to)]);
  expect(ours.at(-1)?.to).toBe(to);
}

/** What is promised of a batch and the checkpoint. */
export function checkpointContract(context: ConsumingContext): void {
  const { log, counts, append, records, start, caughtUp, expectExact } = context;
  const end = async (): Promise<number> => (await log().endPositions(TOPIC))[PARTITION] ?? 0;

  describe('a batch', () => {
    it('that begins at the checkpoint is applied, each record once', async () => {
      for (let partition = 0; partition < CONTRACT_LAYOUT.partitions; partition += 1) await append(partition, KEYS);
      const consumer = await start({ batchRecords: 3 });
      await caughtUp();
      await append(PARTITION, KEYS);
      await caughtUp();
      await expectExact();
      expectContiguous(consumer.commits, 0, await end());
      expect([consumer.ahead(), consumer.parked(), consumer.warnings]).toEqual([0, 0, []]);
    });

    it('that begins before the checkpoint is trimmed', async () => {
      const offsets = await append(PARTITION, KEYS);
      const position = offsets[4]!;
      await counts().apply(AT, await records(PARTITION), position);
      const startAt = (_: number, usual: () => Promise<number>): Promise<number> => usual().then(() => 0);
      const consumer = await start({ startAt });
      await caughtUp();
      await expectExact();
      const ours = consumer.batches.filter(({ partition }) => partition === PARTITION);
      expect(ours[0]?.from).toBe(0);
      expect(ours.some(({ from, to }) => from < position && position < to)).toBe(true);
      expectContiguous(consumer.commits, position, await end());
      expect(consumer.ahead()).toBe(0);
    });

    it('that begins after the checkpoint is not applied: the loop seeks back, and raises an alarm', async () => {
      const [first] = await append(PARTITION, KEYS);
      let isFirst = true;
      const consumer = await start({
        async startAt(partition, usual) {
          const position = await usual();
          if (partition !== PARTITION || !isFirst) return position;
          isFirst = false;
          return first! + 2;
        },
      });
      await caughtUp();
      await expectExact();
      expect(consumer.batches.find(({ partition }) => partition === PARTITION)?.from).toBe(first! + 2);
      expectContiguous(consumer.commits, 0, await end());
      expect(consumer.ahead()).toBe(1);
      expect(consumer.warnings).toEqual(['batch begins after the checkpoint; nothing applied, seeking back']);
    });

    it('that does not include the last applied record is not applied before that record was compared', async () => {
      const offsets = await append(PARTITION, KEYS);
      const position = offsets[4]!;
      await counts().apply(AT, await records(PARTITION), position);
      const startAt = (partition: number, usual: () => Promise<number>): Promise<number> =>
        usual().then((usually) => (partition === PARTITION ? position : usually));
      const consumer = await start({ startAt });
      await caughtUp();
      await expectExact();
      const [early, next] = consumer.batches.filter(({ partition }) => partition === PARTITION);
      expect([early?.from, next?.from]).toEqual([position, offsets[3]]);
      expect(consumer.ahead()).toBe(0);
    });

    it('of which the projection holds the end is applied together with what follows', async () => {
      await append(PARTITION, KEYS);
      const consumer = await start();
      await caughtUp();
      const before = await end();
      await append(PARTITION, ['held', 'held'], [MORE, MORE]);
      const work = consumer.coordination.work(TOPIC, PARTITION);
      await eventually(async () => work.deliveredTo === (await end()));
      expect((await counts().store.read(AT)).position).toBe(before);
      await append(PARTITION, ['held']);
      await caughtUp([PARTITION]);
      await expectExact();
      expect(consumer.commits.filter(({ partition }) => partition === PARTITION).at(-1)).toEqual({
        ...{ partition: PARTITION, from: before, to: await end() },
      });
      expect(consumer.ahead()).toBe(0);
    });

    it('of a single key is extended with the records that follow', async () => {
      await append(PARTITION, KEYS);
      const consumer = await start({ batchRecords: 5, extend: { leastRecords: 5 } });
      await caughtUp();
      consumer.coordination.onOwnership(TOPIC, PARTITION, true);
      const before = await end();
      await append(PARTITION, [...Array.from({ length: 40 }, () => 'large'), ...KEYS]);
      await caughtUp([PARTITION]);
      await expectExact();
      const longest = consumer.commits.map(({ from, to }) => (from < before ? 0 : to - from));
      expect(Math.max(...longest)).toBeGreaterThan(20);
    });
  });

  describe('a log that is not the one applied', () => {
    const isReplaced = (consumer: Awaited<ReturnType<typeof start>>, partition: number): boolean =>
      consumer.coordination
        .problems()
        .some((problem) => problem.partition === partition && problem.problemCode === 'log-replaced');
    const rows = () => counts().query('SELECT * FROM $schema.count WHERE partition = $1 ORDER BY key', [PARTITION]);

    it('has another record where the last applied one was: the partition is blocked, and nothing is applied', async () => {
      const offsets = await append(PARTITION, KEYS);
      const position = offsets[4]!;
      const all = await records(PARTITION);
      await counts().apply(AT, all, position);
      await append(2, ['foreign']);
      const [foreign] = (await records(2)).slice(-1);
      const sql = 'UPDATE $schema.checkpoint SET last_digest = $2 WHERE partition = $1';
      await counts().query(sql, [PARTITION, recordDigest(foreign!)]);
      const before = await rows();
      const consumer = await start();
      await caughtUp([0, 2, 3]);
      await eventually(() => isReplaced(consumer, PARTITION) && consumer.failures() > 3);
      expect(await rows()).toEqual(before);
      expect((await counts().store.read(AT)).position).toBe(position);
      await counts().query(sql, [PARTITION, recordDigest(all.find(({ offset }) => offset === offsets[3])!)]);
      await caughtUp();
      await expectExact();
      expect(consumer.coordination.problems()).toEqual([]);
    });

    it('begins with the genesis record of another log: no partition is applied', async () => {
      const identity = { ...(await log().identity()), logId: 'zzzzzzzzzzzz' };
      const consumer = await start({ identity });
      await eventually(() => [0, 1, 2, 3].every((partition) => isReplaced(consumer, partition)));
      expect(await counts().query('SELECT FROM $schema.count')).toEqual([]);
      expect(consumer.commits).toEqual([]);
    });

    it('is shorter than what was applied', async () => {
      const sql = 'UPDATE $schema.checkpoint SET position = 1000000 WHERE partition = $1';
      await counts().query(sql, [PARTITION]);
      const consumer = await start();
      await caughtUp([0, 2, 3]);
      await eventually(() => isReplaced(consumer, PARTITION));
      expect(await rows()).toEqual([]);
    });
  });
}
