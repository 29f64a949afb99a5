import { Lane, LaneFull } from './lane';

/** Work that ends when it is told to. */
function makeWork() {
  const begun: number[] = [];
  const ends: (() => void)[] = [];
  return {
    begun,
    of: (number: number) => () =>
      new Promise<number>((resolve) => {
        begun.push(number);
        ends[number] = () => resolve(number);
      }),
    end: (number: number) => ends[number]?.(),
  };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('a lane', () => {
  it('lets so many work at once, and the others begin in the order in which they came', async () => {
    const work = makeWork();
    const lane = new Lane({ atOnce: 2, waiting: 10, waitMs: 60_000 });
    const done = [0, 1, 2, 3].map((number) => lane.run(work.of(number)));
    await turn();
    expect([work.begun, lane.load]).toEqual([[0, 1], { atWork: 2, waiting: 2 }]);
    work.end(1);
    await turn();
    expect([work.begun, lane.load]).toEqual([[0, 1, 2], { atWork: 2, waiting: 1 }]);
    for (const number of [0, 2]) work.end(number);
    await turn();
    work.end(3);
    expect(await Promise.all(done)).toEqual([0, 1, 2, 3]);
    expect(lane.load).toEqual({ atWork: 0, waiting: 0 });
  });

  it('refuses work behind too much that waits, and work that waited too long, which is never begun', async () => {
    const work = makeWork();
    const lane = new Lane({ atOnce: 1, waiting: 1, waitMs: 5 });
    const first = lane.run(work.of(0));
    const late = lane.run(work.of(1));
    await expect(lane.run(work.of(2))).rejects.toThrow(LaneFull);
    await expect(late).rejects.toThrow('no turn within 5 ms');
    work.end(0);
    await first;
    await turn();
    expect([work.begun, lane.load]).toEqual([[0], { atWork: 0, waiting: 0 }]);
  });

  it('continues after work that fails', async () => {
    const lane = new Lane({ atOnce: 1, waiting: 1, waitMs: 60_000 });
    const failing = lane.run(() => Promise.reject(new Error('no')));
    const next = lane.run(() => Promise.resolve('yes'));
    await expect(failing).rejects.toThrow('no');
    expect(await next).toBe('yes');
    expect(lane.load).toEqual({ atWork: 0, waiting: 0 });
  });
});
