import { batchInTurn } from './batch-in-turn';

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('work on what is asked for in one turn of the event loop', () => {
  it('is done together, up to a number of items, and each call gets its own result', async () => {
    const batches: (readonly number[])[] = [];
    const double = batchInTurn((items: readonly number[]) => {
      batches.push(items);
      return Promise.resolve(items.map((item) => item * 2));
    }, 3);
    expect(await Promise.all([1, 2, 3, 4, 5].map(double))).toEqual([2, 4, 6, 8, 10]);
    expect(batches).toEqual([
      [1, 2, 3],
      [4, 5],
    ]);
  });

  it('does not wait for what was asked for in an earlier turn', async () => {
    const finish: (() => void)[] = [];
    const batches: (readonly string[])[] = [];
    const read = batchInTurn(async (items: readonly string[]) => {
      batches.push(items);
      await new Promise<void>((resolve) => finish.push(resolve));
      return items;
    }, 8);
    const first = read('a');
    await turn();
    const second = read('b');
    await turn();
    expect(batches).toEqual([['a'], ['b']]);
    finish[1]?.();
    expect(await second).toBe('b');
    finish[0]?.();
    expect(await first).toBe('a');
  });

  it('that fails fails for its items alone', async () => {
    const read = batchInTurn(
      (items: readonly string[]) =>
        items.includes('bad') ? Promise.reject(new Error('down')) : Promise.resolve(items),
      2,
    );
    const answers = await Promise.allSettled(['a', 'bad', 'b', 'c'].map(read));
    expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled', 'fulfilled']);
  });

  it('that answers too few results is not taken for an answer', async () => {
    const read = batchInTurn((items: readonly string[]) => Promise.resolve(items.slice(1)), 8);
    await expect(Promise.allSettled(['a', 'b'].map(read))).resolves.toEqual(
      Array.from({ length: 2 }, () => expect.objectContaining({ status: 'rejected' })),
    );
  });

  it('that throws at once rejects', async () => {
    const read = batchInTurn((): Promise<readonly string[]> => {
      throw new Error('broken');
    }, 8);
    await expect(read('a')).rejects.toThrow('broken');
  });
});
