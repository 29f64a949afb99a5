import { genesisOf, LogError, readGenesis } from '@mps-ledger/event-log';
import type { FollowOptions } from '@mps-ledger/event-log';

import { eventually } from '@mps-ledger/spec-kit';
import { appendEach, appendUntilAcknowledged, numbered, record } from './appending';
import { CONTRACT_LAYOUT, TOPIC, type ContractContext } from './contract-log';
import { collect, ComparingReader, firsts } from './reading';

type Failure = Parameters<NonNullable<FollowOptions['onFailure']>>[0];

const codeOf = ({ error }: Failure): string => (error instanceof LogError ? error.code : String(error));

/** The contract of following, independent of other followers. */
export function followContract({ log, another, group, promises }: ContractContext): void {
  describe('follow', () => {
    it('begins with the genesis record in every partition, for a group without progress', async () => {
      const { delivered, follower } = collect(log(), { group: group(), topic: TOPIC, maxRecords: 3 });
      const partitions = [...Array(CONTRACT_LAYOUT.partitions).keys()];
      await eventually(() => partitions.every((partition) => delivered.log(partition).length > 0));
      await follower.stop();
      const identity = await log().identity();
      for (const partition of partitions) {
        const [first] = delivered.log(partition);
        expect(first?.offset).toBe(0);
        expect(first && readGenesis(first)).toEqual(genesisOf(identity, { topic: TOPIC, partition }));
        expect(delivered.batches.find((batch) => batch.partition === partition)?.from).toBe(0);
      }
    });

    it('hands over consecutive batches within their limits, one at a time in each partition', async () => {
      await appendEach(log(), TOPIC, 0, numbered('small', 10));
      const large = await appendUntilAcknowledged(log(), TOPIC, 0, [record('x'.repeat(500)), record('after')]);
      const working = new Map<number, number>();
      const { delivered, follower } = collect(log(), {
        group: group(),
        topic: TOPIC,
        maxRecords: 4,
        maxBytes: 300,
        onBatch: async (batch) => {
          working.set(batch.partition, (working.get(batch.partition) ?? 0) + 1);
          expect(working.get(batch.partition)).toBe(1);
          await new Promise((resolve) => setImmediate(resolve));
          working.set(batch.partition, 0);
          return batch.to;
        },
      });
      await eventually(() => delivered.get(0, large.offsets[1]));
      await follower.stop();
      for (const { from, to, records, partition, topic } of delivered.batches) {
        expect(topic).toBe(TOPIC);
        expect(records.length).toBeGreaterThan(0);
        expect(records.length).toBeLessThanOrEqual(4);
        const size = records.reduce((sum, { value }) => sum + (value?.length ?? 0), 0);
        expect(records.length === 1 || size <= 300).toBe(true);
        const offsets = [from - 1, ...records.map(({ offset }) => offset), to];
        expect(offsets).toEqual([...new Set(offsets)].sort((a, b) => a - b));
        expect(records.every((one) => one.partition === partition && one.topic === topic)).toBe(true);
      }
    });

    it('goes on at the group’s progress after a restart, leaving nothing out', async () => {
      const own = group();
      await appendEach(log(), TOPIC, 1, numbered('before', 10));
      const before = collect(another(), { group: own, topic: TOPIC });
      const end = (await log().endPositions(TOPIC))[1];
      await eventually(async () => (await log().progress(own, TOPIC))[1] === end, { what: 'the progress' });
      await before.follower.stop();
      await appendEach(log(), TOPIC, 1, numbered('after', 10));
      const after = collect(another(), { group: own, topic: TOPIC });
      await eventually(() => firsts(after.delivered.texts(1)).includes('after-9'));
      await after.follower.stop();
      const texts = [...before.delivered.texts(1), ...after.delivered.texts(1)];
      expect(firsts(texts).filter((text) => /^(before|after)-/.test(text))).toEqual([
        ...numbered('before', 10),
        ...numbered('after', 10),
      ]);
      if (promises.exact) expect(after.delivered.texts(1)).toEqual(numbered('after', 10));
    });

    it('has progress where something was done, none elsewhere, and ends that are the last offset + 1', async () => {
      const own = group();
      expect(await log().progress(own, TOPIC)).toEqual(Array(CONTRACT_LAYOUT.partitions).fill(null));
      const { offsets } = await appendUntilAcknowledged(log(), TOPIC, 2, [record('one'), record('two')]);
      const ends = await log().endPositions(TOPIC);
      expect(ends[2]).toBe(offsets[1]! + 1);
      const { follower } = collect(log(), { group: own, topic: TOPIC });
      await eventually(async () => {
        expect(await log().progress(own, TOPIC)).toEqual(ends);
        return true;
      });
      await follower.stop();
      expect(await log().progress(group(), TOPIC)).toEqual(Array(CONTRACT_LAYOUT.partitions).fill(null));
    });

    it('begins where startAt says', async () => {
      const { offsets } = await appendUntilAcknowledged(
        log(),
        TOPIC,
        3,
        numbered('begin', 3).map((text) => record(text)),
      );
      const startAt = async (partition: number): Promise<number | undefined> =>
        partition === 3 ? offsets[1] : undefined;
      const { delivered, follower } = collect(log(), { group: group(), topic: TOPIC, startAt });
      await eventually(() => delivered.get(3, offsets[2]));
      await eventually(() => delivered.log(0).length > 0);
      await follower.stop();
      expect(delivered.batches.find((batch) => batch.partition === 3)?.from).toBeLessThanOrEqual(offsets[1]!);
      if (promises.exact) expect(delivered.texts(3)).toEqual(['begin-1', 'begin-2']);
      expect(delivered.log(0)[0]?.offset).toBe(0);
    });

    it('goes where the answer to a batch says', async () => {
      const { offsets } = await appendUntilAcknowledged(
        log(),
        TOPIC,
        0,
        numbered('seek', 3).map((text) => record(text)),
      );
      const start = (await log().endPositions(TOPIC)).map((end, partition) => (partition === 0 ? offsets[0]! : end));
      const { delivered, follower } = collect(log(), {
        group: group(),
        topic: TOPIC,
        startAt: async (partition) => start[partition],
        onBatch: async (batch) => (batch.partition === 0 && soughtBack() < 3 ? offsets[1]! : batch.to),
      });
      const soughtBack = (): number => delivered.batches.filter(({ from }) => from === offsets[1]).length;
      await eventually(() => soughtBack() >= 3 && delivered.get(0, offsets[2]));
      await follower.stop();
    });

    it('reports a failing batch, begins again at startAt, and lets other partitions go on', async () => {
      const failures: Failure[] = [];
      const started: number[] = [];
      let broken = true;
      const { offsets } = await appendUntilAcknowledged(log(), TOPIC, 0, [record('poison')]);
      const { offsets: others } = await appendUntilAcknowledged(log(), TOPIC, 1, [record('healthy')]);
      const { delivered, follower } = collect(log(), {
        group: group(),
        topic: TOPIC,
        startAt: async (partition) => {
          started.push(partition);
          return partition === 0 ? offsets[0] : undefined;
        },
        onBatch: async (batch) => {
          if (batch.partition === 0 && broken) throw new Error('cannot do it');
          return batch.to;
        },
        onFailure: (failure) => failures.push(failure),
      });
      await eventually(() => failures.length >= 3 && delivered.get(1, others[0]));
      expect(failures.every(({ partition, error }) => partition === 0 && String(error).includes('cannot do it'))).toBe(
        true,
      );
      expect(failures.map(({ attempt }) => attempt).slice(0, 3)).toEqual([1, 2, 3]);
      expect(started.filter((partition) => partition === 0).length).toBeGreaterThanOrEqual(3);
      broken = false;
      const { offsets: later } = await appendUntilAcknowledged(log(), TOPIC, 0, [record('later')]);
      await eventually(() => delivered.get(0, later[0]));
      await follower.stop();
    });

    it('counts attempts anew after a success', async () => {
      const own = group();
      const attempts: number[] = [];
      let wanted = 2;
      const { offsets } = await appendUntilAcknowledged(log(), TOPIC, 2, [record('first')]);
      const { follower } = collect(log(), {
        group: own,
        topic: TOPIC,
        startAt: async (partition) => (partition === 2 ? offsets[0] : undefined),
        onBatch: async (batch) => {
          if (batch.partition === 2 && attempts.length < wanted) throw new Error('not now');
          return batch.to;
        },
        onFailure: ({ attempt }) => attempts.push(attempt),
      });
      await eventually(async () => ((await log().progress(own, TOPIC))[2] ?? 0) > offsets[0]!);
      wanted = 3;
      await appendUntilAcknowledged(log(), TOPIC, 2, [record('second')]);
      await eventually(() => attempts.length === 3);
      await follower.stop();
      expect(attempts).toEqual([1, 2, 1]);
    });

    it.each([
      ['startAt asks for it', 'start'],
      ['a batch is answered with it', 'answer'],
    ])('reports a position that the log does not have, and never jumps: %s', async (_, place) => {
      const failures: Failure[] = [];
      const own = group();
      const beyond = (await log().endPositions(TOPIC)).map((end) => end + 1000);
      let isLost = true;
      const { delivered, follower } = collect(log(), {
        group: own,
        topic: TOPIC,
        startAt: async (partition) => (isLost && place === 'start' ? beyond[partition] : 0),
        onBatch: async (batch) => (isLost && place === 'answer' ? beyond[batch.partition]! : batch.to),
        onFailure: (failure) => failures.push(failure),
      });
      await eventually(() => new Set(failures.map(({ partition }) => partition)).size === CONTRACT_LAYOUT.partitions);
      expect(new Set(failures.map(codeOf))).toEqual(new Set(['out-of-range']));
      if (place === 'start') expect(delivered.batches).toEqual([]);
      expect(await log().progress(own, TOPIC)).toEqual(Array(CONTRACT_LAYOUT.partitions).fill(null));
      isLost = false;
      const { offsets } = await appendUntilAcknowledged(log(), TOPIC, 0, [record('found again')]);
      await eventually(() => delivered.get(0, offsets[0]));
      await follower.stop();
    });

    it('brings a reader that compares positions every record once, in order', async () => {
      const reader = new ComparingReader();
      const own = group();
      const followers = [log(), log(), another()].map((one) =>
        one.follow({
          group: own,
          topic: TOPIC,
          maxRecords: 7,
          startAt: reader.startAt,
          onBatch: reader.onBatch,
        }),
      );
      const appenders = [another(), another()];
      await Promise.all(
        appenders.flatMap((appender, index) =>
          [0, 1, 2, 3].map((partition) => appendEach(appender, TOPIC, partition, numbered(`applied ${index}`, 25))),
        ),
      );
      const ends = await log().endPositions(TOPIC);
      await eventually(() => ends.every((end, partition) => reader.position(partition) >= end));
      await Promise.all(followers.map((follower) => follower.stop()));
      for (const partition of [0, 1, 2, 3]) {
        const { delivered, follower } = collect(log(), { group: group(), topic: TOPIC });
        await eventually(() => (delivered.log(partition).at(-1)?.offset ?? -1) + 1 >= ends[partition]!);
        await follower.stop();
        expect(reader.applied[partition]?.map(({ offset }) => offset)).toEqual(
          delivered.log(partition).map(({ offset }) => offset),
        );
        for (const index of [0, 1]) {
          const texts = reader.texts(partition).filter((text) => text.startsWith(`applied ${index}`));
          expect(firsts(texts)).toEqual(numbered(`applied ${index}`, 25));
        }
        const times = reader.applied[partition]!.map(({ logged }) => logged);
        expect(times).toEqual([...times].sort());
      }
    });
  });
}
