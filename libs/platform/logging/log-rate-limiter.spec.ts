import { makeLogRateLimiter } from './log-rate-limiter';

test('lets one through per key and interval, with the count of those held back', () => {
  let now = 0;
  const seldom = makeLogRateLimiter(1000, () => now);
  expect([seldom.pass('a'), seldom.pass('a'), seldom.pass('b'), seldom.pass('a')]).toEqual([0, null, 0, null]);
  now = 1000;
  expect([seldom.pass('a'), seldom.pass('a')]).toEqual([2, null]);
});
