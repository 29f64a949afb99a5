import { makeLogRateLimiter } from './log-rate-limiter';

test('passes one line per key and interval, with the number of those suppressed', () => {
  let now = 0;
  const seldom = makeLogRateLimiter(1000, () => now);
  expect([seldom.pass('a'), seldom.pass('a'), seldom.pass('b'), seldom.pass('a')]).toEqual([0, null, 0, null]);
  now = 1000;
  expect([seldom.pass('a'), seldom.pass('a')]).toEqual([2, null]);
});
