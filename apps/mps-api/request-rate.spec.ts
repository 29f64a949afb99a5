import { RequestRate } from './request-rate';

describe('the rate of requests', () => {
  it('admits so many in any second, however they are spread, and what is refused does not count', () => {
    let now = 5000;
    const rate = new RequestRate(3, () => now);
    const admitted: number[] = [];
    for (; now < 9000; now += 100) if (rate.admit('a')) admitted.push(now);
    expect(admitted).toEqual([5000, 5100, 5200, 6000, 6100, 6200, 7000, 7100, 7200, 8000, 8100, 8200]);
  });

  it('is of each caller for itself', () => {
    const rate = new RequestRate(1, () => 0);
    expect([rate.admit('a'), rate.admit('a'), rate.admit('b')]).toEqual([true, false, true]);
  });

  it('has no limit at 0', () => {
    const rate = new RequestRate(0, () => 0);
    expect(Array.from({ length: 1000 }, () => rate.admit('a'))).not.toContain(false);
  });

  it('remembers a thousand callers', () => {
    const rate = new RequestRate(2, () => 0);
    for (let i = 0; i < 5000; i += 1) rate.admit(`caller ${i}`);
    expect(rate.size).toBe(1000);
  });
});
