import type { Batch } from '@mps-ledger/event-log';

import { eventually } from '@mps-ledger/spec-kit';
import { appendUntilAcknowledged, record } from './appending';
import { CONTRACT_LAYOUT, TOPIC, type ContractContext } from './contract-log';
import { collect } from './reading';

const ALL = [...Array(CONTRACT_LAYOUT.partitions).keys()];

/** The contract of partition ownership. */
export function ownershipContract({ log, another, group, promises }: ContractContext): void {
  describe('ownership', () => {
    it('of all partitions is one follower’s who is alone, told of each', async () => {
      const told = new Map<number, boolean>();
      const { follower } = collect(log(), {
        group: group(),
        topic: TOPIC,
        onOwnership: (partition, owned) => told.set(partition, owned),
      });
      await eventually(() => follower.owned().length === ALL.length);
      expect(follower.owned()).toEqual(ALL);
      await eventually(() => ALL.every((partition) => told.get(partition) === true));
      await follower.stop();
      expect(follower.owned()).toEqual([]);
      expect(ALL.map((partition) => told.get(partition))).toEqual(ALL.map(() => false));
    });

    it('is the other’s soon after one of two has stopped, and nobody’s in between for long', async () => {
      const own = group();
      const one = collect(log(), { group: own, topic: TOPIC });
      const two = collect(another(), { group: own, topic: TOPIC });
      const covered = (): number[] => [...new Set([...one.follower.owned(), ...two.follower.owned()])].sort();
      await eventually(
        () => one.follower.owned().length > 0 && two.follower.owned().length > 0 && covered().length === 4,
      );
      if (promises.oneOwner) {
        await eventually(() => one.follower.owned().length === 2 && two.follower.owned().length === 2);
        expect(covered()).toEqual(ALL);
      }
      await one.follower.stop();
      await eventually(() => two.follower.owned().length === 4, { timeoutMs: 5_000 });
      const { offsets } = await appendUntilAcknowledged(log(), TOPIC, 1, [record('for the heir')]);
      await eventually(() => two.delivered.get(1, offsets[0]));
      await two.follower.stop();
    });

    it('by groups is independent', async () => {
      const groups = [
        collect(log(), { group: group(), topic: TOPIC }),
        collect(log(), { group: group(), topic: TOPIC }),
      ];
      const { offsets } = await appendUntilAcknowledged(log(), TOPIC, 2, [record('for all groups')]);
      await eventually(() => groups.every(({ delivered }) => delivered.get(2, offsets[0])));
      await Promise.all(groups.map(({ follower }) => follower.stop()));
    });

    it('ends by stopping: batches under way are told and waited for, and none comes after', async () => {
      const under: Batch[] = [];
      const finished: number[] = [];
      const { delivered, follower } = collect(log(), {
        group: group(),
        topic: TOPIC,
        onBatch: async (batch) => {
          under.push(batch);
          if (!batch.signal.aborted) {
            await new Promise((resolve) => {
              batch.signal.addEventListener('abort', resolve, { once: true });
            });
          }
          await new Promise((resolve) => setTimeout(resolve, 50));
          finished.push(batch.partition);
          return batch.to;
        },
      });
      await eventually(async () => {
        const owned = under.find(({ signal }) => !signal.aborted);
        await owned?.heartbeat();
        return owned;
      });
      await follower.stop();
      expect(finished).toHaveLength(under.length);
      expect(under.every(({ signal }) => signal.aborted)).toBe(true);
      const count = delivered.batches.length;
      await appendUntilAcknowledged(log(), TOPIC, 0, [record('too late')]);
      await appendUntilAcknowledged(log(), TOPIC, 0, [record('much too late')]);
      expect(delivered.batches).toHaveLength(count);
      await follower.stop();
    });

    it('ends by closing the log', async () => {
      const other = another();
      const { follower, delivered } = collect(other, { group: group(), topic: TOPIC });
      await eventually(() => delivered.batches.length > 0);
      await other.close();
      expect(follower.owned()).toEqual([]);
      expect(() => other.follow({ group: group(), topic: TOPIC, onBatch: async ({ to }) => to })).toThrow('closed');
    });
  });
}
