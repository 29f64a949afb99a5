import { OwnershipLost } from '../port/errors';
import { BEGIN_AGAIN, followPartition, pauseAfter, type PartitionSource } from './partition-loop';
import type { Batch, FollowOptions } from '../port/port';
import { Ownership } from './ownership';

const source: PartitionSource = {
  progress: async () => 0,
  check: async () => undefined,
  next: async (position) => ({ records: [], to: position + 1 }),
};

function ownershipOf(
  options: { isCertain?: () => boolean; commit?: (position: number) => Promise<void> } = {},
): Ownership {
  return new Ownership({ partition: 3, isCertain: () => true, commit: async () => undefined, ...options });
}

const follow = (onBatch: FollowOptions['onBatch']): FollowOptions => ({ group: 'g', topic: 't', onBatch });

describe('following a partition', () => {
  it('pauses 100 ms after a failure, then twice as long each time, up to 5 s', () => {
    expect([1, 2, 3, 4, 5, 6, 7, 8, 2000].map(pauseAfter)).toEqual([100, 200, 400, 800, 1600, 3200, 5000, 5000, 5000]);
  });

  it('ends, and reports no failure, when a commit finds that ownership is lost', async () => {
    const failures: unknown[] = [];
    const ownership = ownershipOf({ commit: () => Promise.reject(new OwnershipLost('gone')) });
    const options = { ...follow(async ({ to }) => to), onFailure: (failure: unknown) => failures.push(failure) };
    await followPartition(ownership, source, options);
    expect(ownership.isEnding()).toBe(true);
    expect(failures).toEqual([]);
  });

  it('commits nothing when it expired during a batch, and rejects the heartbeat', async () => {
    const committed: number[] = [];
    let isCertain = true;
    const batches: Batch[] = [];
    const ownership = ownershipOf({
      isCertain: () => isCertain,
      commit: async (position) => void committed.push(position),
    });
    const work = async (batch: Batch): Promise<number> => {
      batches.push(batch);
      if (batches.length < 3) return batch.to;
      isCertain = false;
      await expect(batch.heartbeat()).rejects.toMatchObject({ code: 'ownership-lost' });
      return batch.to;
    };
    await followPartition(ownership, source, follow(work));
    expect(committed).toEqual([1, 2]);
    expect(batches[2]?.signal.aborted).toBe(true);
  });

  it('begins again where its source is in doubt, commits nothing of it, and counts it as no failure', async () => {
    const [began, asked, failures]: [number[], number[], unknown[]] = [[], [], []];
    const ownership = ownershipOf();
    const restarting: PartitionSource = {
      ...source,
      async next(position) {
        asked.push(position);
        return asked.length === 2 ? BEGIN_AGAIN : { records: [], to: position + 1 };
      },
    };
    const work = async ({ to }: Batch): Promise<number> => {
      if (asked.length === 3) ownership.end();
      return to;
    };
    const startAt = async () => began.push(0) * 10;
    await followPartition(ownership, restarting, {
      ...follow(work),
      startAt,
      onFailure: (failure) => failures.push(failure),
    });
    expect(asked.slice(0, 3)).toEqual([10, 11, 20]);
    expect(failures).toEqual([]);
  });

  it('commits what a batch answers that was asked to end, and takes no other', async () => {
    const committed: number[] = [];
    const ownership = ownershipOf({ commit: async (position) => void committed.push(position) });
    const work = async (batch: Batch): Promise<number> => {
      ownership.end();
      return batch.to;
    };
    await followPartition(ownership, source, follow(work));
    expect(committed).toEqual([1]);
  });

  it('commits a part of a batch without asking the log, which may not answer while it stops, and asks it for other positions', async () => {
    const [committed, checked]: [number[], number[]] = [[], []];
    const ownership = ownershipOf({ commit: async (position) => void committed.push(position) });
    const answers = [7, 5, 30];
    const work = async (): Promise<number> => {
      if (answers.length === 1) ownership.end();
      return answers.shift() ?? 0;
    };
    const counting: PartitionSource = {
      ...source,
      next: async (position) => ({ records: [], to: position + 10 }),
      check: async (position) => void checked.push(position),
    };
    await followPartition(ownership, counting, follow(work));
    expect([committed, checked]).toEqual([
      [7, 5, 30],
      [0, 5, 30],
    ]);
  });
});
