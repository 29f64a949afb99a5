import { RequestLimit } from './request-limit';

describe('the limit of requests', () => {
  let now = 0;
  const admitted = (limit: RequestLimit, caller: string, times: number, perSecond = 3): number =>
    Array.from({ length: times }, () => limit.admit(caller, perSecond)).filter(Boolean).length;

  it('admits as many at once as in a second, of each caller, and then as time passes', () => {
    const limit = new RequestLimit(() => now);
    expect([admitted(limit, 'a', 10), admitted(limit, 'b', 10, 5)]).toEqual([3, 5]);
    now += 334;
    expect(admitted(limit, 'a', 10)).toBe(1);
    now += 60_000;
    expect(admitted(limit, 'a', 10)).toBe(3);
  });

  it('forgets callers beyond some number, so that it stays small', () => {
    const limit = new RequestLimit(() => now);
    expect(admitted(limit, 'first', 10)).toBe(3);
    for (let i = 0; i < 2_000; i += 1) limit.admit(`caller ${i}`, 3);
    expect(admitted(limit, 'first', 10)).toBe(3);
  });
});
