import { hoursOf } from '../time/period';
import { barsOf } from './bars';

describe('the bars of a sparkline', () => {
  const now = Date.parse('2026-11-30T12:34:56.000Z');

  it('are hours where few are shown, each at its place', () => {
    const hours = [
      { start: '2026-11-30T12:00:00.000Z', count: 3 },
      { start: '2026-11-29T13:00:00.000Z', count: 1 },
    ];
    const bars = barsOf(hours, hoursOf('24h', now), 60);
    expect(bars).toHaveLength(24);
    expect([bars[0], bars[23]]).toEqual([1, 3]);
  });

  it('are sums of hours where many are, and lose none but what is outside', () => {
    const all = hoursOf('30d', now);
    const hours = all.map((start) => ({ start: new Date(start).toISOString(), count: 1 }));
    const bars = barsOf([...hours, { start: '2020-01-01T00:00:00.000Z', count: 9 }], all, 60);
    expect(bars).toHaveLength(60);
    expect(bars.reduce((sum, bar) => sum + bar, 0)).toBe(720);
  });
});
