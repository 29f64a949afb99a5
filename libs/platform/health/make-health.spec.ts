import { makeHealth } from './make-health';

test('without checks all is well', async () => {
  expect(await makeHealth().report()).toEqual({ status: 'ready', checks: [] });
});

test('each check that fails is named with its reason, also one that throws', async () => {
  const health = makeHealth();
  health.check('fine', async () => null);
  health.check('waiting', () => 'no answer yet');
  health.check('broken', () => {
    throw new Error('connection refused');
  });
  health.check('rejecting', () => Promise.reject(Object.assign(new Error(''), { code: 'ECONNREFUSED' })));
  expect(await health.report()).toEqual({
    status: 'not-ready',
    checks: [
      { name: 'fine', ok: true, reason: null },
      { name: 'waiting', ok: false, reason: 'no answer yet' },
      { name: 'broken', ok: false, reason: 'connection refused' },
      { name: 'rejecting', ok: false, reason: 'ECONNREFUSED' },
    ],
  });
});

test('an advisory check is shown when it fails, and the process is ready all the same', async () => {
  const health = makeHealth();
  health.check('source', () => 'stopped', { isAdvisory: true });
  expect(await health.report()).toEqual({
    status: 'ready',
    checks: [{ name: 'source', ok: false, reason: 'stopped', isAdvisory: true }],
  });
  health.check('log', () => 'gone');
  expect((await health.report()).status).toBe('not-ready');
});

test('a check that does not answer fails when its time is over, and does not hold up the others', async () => {
  const health = makeHealth({ checkLimitMs: 20 });
  health.check('silent', () => new Promise<null>(() => undefined));
  expect((await health.report()).checks).toEqual([
    { name: 'silent', ok: false, reason: 'did not answer within 20 ms' },
  ]);
});

test('a check can be taken back, unless another one has taken its name', async () => {
  const health = makeHealth();
  const first = health.check('start', () => 'not yet');
  const second = health.check('start', () => 'still not');
  first();
  expect((await health.report()).status).toBe('not-ready');
  second();
  expect((await health.report()).status).toBe('ready');
});

test('concurrent reports share one run of the checks; the next one runs them again', async () => {
  const health = makeHealth();
  const check = jest.fn(async () => null);
  health.check('counted', check);
  await Promise.all(Array.from({ length: 50 }, () => health.report()));
  expect(check).toHaveBeenCalledTimes(1);
  await health.report();
  expect(check).toHaveBeenCalledTimes(2);
});

test('once shutting down, it is never ready again, also when that begins while the checks run', async () => {
  const health = makeHealth({ checkLimitMs: 20 });
  health.check('slow', () => new Promise<null>(() => undefined));
  const report = health.report();
  health.beginShutdown();
  // Without waiting for the check, whose result it would show.
  expect(await report).toEqual({ status: 'shutting-down', checks: [] });
  expect(await health.report()).toEqual({ status: 'shutting-down', checks: [] });
  expect(health.shuttingDown).toBe(true);
});
