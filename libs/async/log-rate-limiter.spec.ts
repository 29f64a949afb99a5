import { makeLogRateLimiter } from './log-rate-limiter';

test('passes one line per key and interval, with the number of those suppressed', () => {
  let now = 0;
  const logLimiter = makeLogRateLimiter(1000, () => now);
  expect([logLimiter.pass('a'), logLimiter.pass('a'), logLimiter.pass('b'), logLimiter.pass('a')]).toEqual([
    0,
    null,
    0,
    null,
  ]);
  now = 1000;
  expect([logLimiter.pass('a'), logLimiter.pass('a')]).toEqual([2, null]);
});

test('forgets all keys at the thousandth, so that it does not grow without bound', () => {
  const limiter = makeLogRateLimiter(1000, () => 0);
  for (let key = 0; key < 1000; key += 1) limiter.pass(`${key}`);
  expect(limiter.pass('0')).toBeNull();
  expect([limiter.pass('one more'), limiter.pass('0')]).toEqual([0, 0]);
});
