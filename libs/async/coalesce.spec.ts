import { coalesce } from './coalesce';

describe('a coalesced operation', () => {
  it('is shared by all calls while none is in flight, and never older than the call', async () => {
    const asked: ((answer: number) => void)[] = [];
    const ask = coalesce(() => new Promise<number>((resolve) => asked.push(resolve)));
    const [one, two] = [ask(), ask()];
    await Promise.resolve();
    await Promise.resolve();
    expect(asked).toHaveLength(1);
    const [late, later] = [ask(), ask()];
    asked[0]!(1);
    expect(await Promise.all([one, two])).toEqual([1, 1]);
    while (asked.length < 2) await Promise.resolve();
    asked[1]!(2);
    expect(await Promise.all([late, later])).toEqual([2, 2]);
    expect(asked).toHaveLength(2);
  });

  it('is requested again after one that failed', async () => {
    let times = 0;
    const ask = coalesce(async () => {
      times += 1;
      if (times === 1) throw new Error('not now');
      return times;
    });
    const [first, second] = await Promise.allSettled([ask(), ask()]);
    expect([first.status, second.status]).toEqual(['rejected', 'rejected']);
    expect(await ask()).toBe(2);
  });
});
