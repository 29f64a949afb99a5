import { OutOfRange } from '../port/errors';
import { Ends } from './ends';

const settled = () => new Promise((resolve) => setImmediate(resolve));

/** Ends over a log that answers when told to. */
function endsOver(pollMs = 1_000) {
  const refreshes: ((ends: number[] | Error) => void)[] = [];
  const failures: unknown[] = [];
  const ends = new Ends({
    topic: 't',
    pollMs,
    read: () =>
      new Promise((resolve, reject) => {
        refreshes.push((answer) => (answer instanceof Error ? reject(answer) : resolve(answer)));
      }),
    onFailure: (error) => failures.push(error),
  });
  const wait = (position: number, signal = new AbortController().signal) => {
    const waiting = { outcome: 'waits' };
    ends.waitFor(0, position, signal).then(
      () => (waiting.outcome = 'reached'),
      (error: unknown) => (waiting.outcome = error instanceof OutOfRange ? `out of range: ${error.end}` : 'failed'),
    );
    return waiting;
  };
  const hint = (end: number, topic = 't') => ends.hint({ ends: [[topic, 0, end]], groups: [] });
  return { ends, refreshes, failures, wait, hint };
}

beforeEach(() => jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick'] }));
afterEach(() => jest.useRealTimers());

describe('a waiter for records', () => {
  it('is woken by a refresh if there are some already', async () => {
    const { wait, refreshes } = endsOver();
    const waiting = wait(3);
    expect(refreshes).toHaveLength(1);
    refreshes[0]!([4]);
    await settled();
    expect(waiting.outcome).toBe('reached');
  });

  it('is woken by a hint of its own topic, and not before there is a record', async () => {
    const { wait, refreshes, hint } = endsOver();
    const waiting = wait(3);
    refreshes[0]!([3]);
    await settled();
    hint(9, 'another');
    hint(3);
    await settled();
    expect(waiting.outcome).toBe('waits');
    hint(4);
    await settled();
    expect(waiting.outcome).toBe('reached');
  });

  it('is woken by the next poll without any hint, also after a failed one, and by the end of the outage', async () => {
    const { ends, wait, refreshes, failures } = endsOver(1_000);
    const told = wait(3);
    refreshes[0]!(new Error('not now'));
    await settled();
    expect(failures).toHaveLength(1);
    jest.advanceTimersByTime(1_000);
    expect([told.outcome, ends.outages]).toEqual(['waits', 0]);
    refreshes[1]!([3]);
    await settled();
    expect([told.outcome, ends.outages]).toEqual(['reached', 1]);
    const waiting = wait(3);
    jest.advanceTimersByTime(999);
    expect(refreshes).toHaveLength(2);
    jest.advanceTimersByTime(1);
    refreshes[2]!([4]);
    await settled();
    expect(waiting.outcome).toBe('reached');
  });

  it('is woken by a poll in time, however often other waiters arrive', async () => {
    const { ends, wait, refreshes } = endsOver(1_000);
    wait(3);
    refreshes[0]!([3, 3]);
    await settled();
    for (let time = 0; time < 1_000; time += 100) {
      jest.advanceTimersByTime(100);
      ends.hint({ ends: [['t', 1, 4 + time]], groups: [] });
      void ends.waitFor(1, 4 + time, new AbortController().signal);
      await settled();
    }
    expect(refreshes).toHaveLength(2);
  });

  it('keeps an end of a hint that came during an older refresh', async () => {
    const { wait, refreshes, hint } = endsOver();
    wait(3);
    hint(5);
    refreshes[0]!([3]);
    await settled();
    const waiting = wait(4);
    await settled();
    expect(waiting.outcome).toBe('reached');
  });

  it('refreshes once more after a refresh during which hints may have been missed', async () => {
    const { ends, wait, refreshes } = endsOver();
    wait(3);
    ends.hint('anything');
    ends.hint('anything');
    expect(refreshes).toHaveLength(1);
    refreshes[0]!([3]);
    await settled();
    expect(refreshes).toHaveLength(2);
  });

  it('is refused a position beyond the end, by a refresh that began after its request and by no older one', async () => {
    const { ends, wait, refreshes } = endsOver();
    ends.hint('anything');
    const waiting = wait(9);
    refreshes[0]!([3]);
    await settled();
    expect(waiting.outcome).toBe('waits');
    jest.advanceTimersByTime(1_000);
    refreshes[1]!([3]);
    await settled();
    expect(waiting.outcome).toBe('out of range: 3');
  });

  it('waits no longer when its signal is aborted, and nothing polls without waiters', async () => {
    const { wait, refreshes } = endsOver();
    const ending = new AbortController();
    const waiting = wait(3, ending.signal);
    refreshes[0]!([3]);
    await settled();
    ending.abort();
    await settled();
    expect(waiting.outcome).toBe('reached');
    jest.advanceTimersByTime(1_000);
    refreshes[1]?.([3]);
    await settled();
    jest.advanceTimersByTime(10_000);
    expect(refreshes.length).toBeLessThanOrEqual(2);
  });
});
