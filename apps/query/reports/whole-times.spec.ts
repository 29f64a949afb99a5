import { withBeginning, type EndedTimes } from './whole-times';

const HOUR_MS = 3_600_000;

it('failures are counted from a whole hour on where no beginning is given, the same for all requests of an hour', () => {
  const [first, last] = [Date.UTC(2026, 10, 30, 21, 0, 0, 1), Date.UTC(2026, 10, 30, 22)];
  const anyTime: EndedTimes = {};
  const begin = withBeginning(anyTime, first);
  expect(Date.parse(begin.ended_after ?? '')).toBe(Date.UTC(2026, 9, 31, 22));
  expect([withBeginning(anyTime, last), withBeginning(anyTime, last + 1)]).toEqual([
    begin,
    { ended_after: expect.stringMatching(/^2026-10-31T23:00:00/) as string },
  ]);
  const before = { ended_before: '2026-11-30T21:30:00Z' };
  expect(withBeginning(before, first + 99 * HOUR_MS)).toEqual({ ...before, ...begin });
  expect(withBeginning({ ended_before: '0001-01-01T00:00:00Z' }, first)).toEqual({
    ended_before: '0001-01-01T00:00:00Z',
  });
});
