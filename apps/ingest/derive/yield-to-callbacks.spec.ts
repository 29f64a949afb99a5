import { makeYieldToCallbacks, type YieldToCallbacks } from './yield-to-callbacks';

/** Deriving that has kept the thread for longer than it may. */
function afterASlice(giveWay: YieldToCallbacks): Promise<void> {
  for (const end = performance.now() + 6; performance.now() < end;);
  return giveWay();
}

function giving({ waiting, utilization }: { waiting: number; utilization: number }) {
  const rests: (() => void)[] = [];
  const giveWay = makeYieldToCallbacks({
    oldestCallbackMs: () => waiting,
    utilization: () => utilization,
    rest: () => new Promise<void>((resolve) => rests.push(resolve)),
  });
  return { giveWay, rests };
}

describe('giving way', () => {
  it('lets other events of the thread run after a slice', async () => {
    const { giveWay, rests } = giving({ waiting: 0, utilization: 1 });
    let hadItsTurn = false;
    setImmediate(() => (hadItsTurn = true));
    await afterASlice(giveWay);
    expect(hadItsTurn).toBe(true);
    expect(rests).toEqual([]);
  });

  it('rests while callbacks are answered late by a busy thread, once for all partitions, and continues after that', async () => {
    const { giveWay, rests } = giving({ waiting: 11, utilization: 0.6 });
    const first = afterASlice(giveWay);
    const second = giveWay();
    let isOver = false;
    void Promise.all([first, second]).then(() => (isOver = true));
    await new Promise(setImmediate);
    expect([isOver, rests.length]).toEqual([false, 1]);
    rests[0]?.();
    await Promise.all([first, second]);
  });

  it.each([
    ['callbacks are answered soon', { waiting: 10, utilization: 1 }],
    ['the thread has time, and the log is slow', { waiting: 1_000, utilization: 0.5 }],
  ])('does not rest where %s', async (_, how) => {
    const { giveWay, rests } = giving(how);
    await afterASlice(giveWay);
    expect(rests).toEqual([]);
  });
});
