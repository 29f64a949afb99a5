import { OwnershipLost } from './errors';
import { followPartition, pauseAfter, type PartitionSource } from './partition-loop';
import type { Batch, FollowOptions } from './port';
import { Tenure } from './tenure';

const source: PartitionSource = {
  progress: async () => 0,
  check: async () => undefined,
  next: async (position) => ({ records: [], to: position + 1 }),
};

function tenureOf(options: { isCertain?: () => boolean; commit?: (position: number) => Promise<void> } = {}): Tenure {
  return new Tenure({ partition: 3, isCertain: () => true, commit: async () => undefined, ...options });
}

const follow = (onBatch: FollowOptions['onBatch']): FollowOptions => ({ group: 'g', topic: 't', onBatch });

describe('following a partition', () => {
  it('pauses 100 ms after a failure, then twice as long each time, up to 5 s', () => {
    expect([1, 2, 3, 4, 5, 6, 7, 8, 2000].map(pauseAfter)).toEqual([100, 200, 400, 800, 1600, 3200, 5000, 5000, 5000]);
  });

  it('ends, and reports no failure, when a commit finds that ownership is lost', async () => {
    const failures: unknown[] = [];
    const tenure = tenureOf({ commit: () => Promise.reject(new OwnershipLost('gone')) });
    const options = { ...follow(async ({ to }) => to), onFailure: (failure: unknown) => failures.push(failure) };
    await followPartition(tenure, source, options);
    expect(tenure.isEnding()).toBe(true);
    expect(failures).toEqual([]);
  });

  it('commits nothing when its time ran out during a batch, and says so to whoever asks', async () => {
    const committed: number[] = [];
    let isCertain = true;
    const batches: Batch[] = [];
    const tenure = tenureOf({ isCertain: () => isCertain, commit: async (position) => void committed.push(position) });
    const work = async (batch: Batch): Promise<number> => {
      batches.push(batch);
      if (batches.length < 3) return batch.to;
      isCertain = false;
      await expect(batch.heartbeat()).rejects.toMatchObject({ code: 'ownership-lost' });
      return batch.to;
    };
    await followPartition(tenure, source, follow(work));
    expect(committed).toEqual([1, 2]);
    expect(batches[2]?.signal.aborted).toBe(true);
  });

  it('commits what a batch answers that was asked to end, and takes no other', async () => {
    const committed: number[] = [];
    const tenure = tenureOf({ commit: async (position) => void committed.push(position) });
    const work = async (batch: Batch): Promise<number> => {
      tenure.end();
      return batch.to;
    };
    await followPartition(tenure, source, follow(work));
    expect(committed).toEqual([1]);
  });
});
