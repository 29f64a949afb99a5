import { backoff, pause } from './backoff';

test('waits double up to the bound, from half to the whole', () => {
  const longest = (attempt: number) => backoff(attempt, { random: () => 1 });
  expect([1, 2, 3, 6, 7, 1000].map(longest)).toEqual([100, 200, 400, 3200, 5000, 5000]);
  expect(backoff(3, { random: () => 0 })).toBe(200);
  expect(backoff(0, { random: () => 1 })).toBe(100);
});

test('a pause ends early when it is told to', async () => {
  const stop = new AbortController();
  const pausing = pause(60_000, stop.signal);
  stop.abort();
  await pausing;
  await pause(60_000, stop.signal);
  await pause(1);
});
