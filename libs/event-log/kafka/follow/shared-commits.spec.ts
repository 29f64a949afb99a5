import { shareCommits, type PartitionPosition } from './shared-commits';

function committing() {
  const sent: (readonly PartitionPosition[])[] = [];
  const ends: ((error?: Error) => void)[] = [];
  const commit = shareCommits((positions) => {
    sent.push(positions);
    return new Promise((resolve, reject) => ends.push((error) => (error === undefined ? resolve() : reject(error))));
  });
  return { commit, sent, end: (at: number, error?: Error) => ends[at]?.(error) };
}

const at = (partition: number, position: number): PartitionPosition => ({ partition, position });

describe('shared commits', () => {
  it('sends concurrent commits together, and those that arrive during a request together after it', async () => {
    const { commit, sent, end } = committing();
    const first = [commit(0, 5), commit(3, 7)];
    await new Promise(setImmediate);
    const second = [commit(0, 6), commit(1, 2)];
    await new Promise(setImmediate);
    expect(sent).toEqual([[at(0, 5), at(3, 7)]]);
    end(0);
    await Promise.all(first);
    await new Promise(setImmediate);
    expect(sent.slice(1)).toEqual([[at(0, 6), at(1, 2)]]);
    end(1);
    await Promise.all(second);
  });

  it('sends the last of several positions of a partition', async () => {
    const { commit, sent, end } = committing();
    const both = [commit(0, 5), commit(0, 6)];
    await new Promise(setImmediate);
    expect(sent).toEqual([[at(0, 6)]]);
    end(0);
    await Promise.all(both);
  });

  it('rejects for all that shared it, and for no later one', async () => {
    const { commit, sent, end } = committing();
    const failed = [commit(0, 5), commit(1, 5)].map((one) => expect(one).rejects.toThrow('gone'));
    await new Promise(setImmediate);
    const later = commit(0, 6);
    end(0, new Error('gone'));
    await Promise.all(failed);
    await new Promise(setImmediate);
    expect(sent[1]).toEqual([at(0, 6)]);
    end(1);
    await later;
  });
});
