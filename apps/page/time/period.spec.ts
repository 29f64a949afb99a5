import { beginOf, hoursOf, periodNamed } from './period';

describe('a period', () => {
  const now = Date.parse('2026-11-30T12:34:56.000Z');

  it('is of whole hours, the current one included', () => {
    expect(beginOf('24h', now)).toBe('2026-11-29T13:00:00.000Z');
    expect(hoursOf('7d', now)).toHaveLength(168);
    expect(hoursOf('7d', now).at(-1)).toBe(Date.parse('2026-11-30T12:00:00.000Z'));
  });

  it('is a week where none is named, or none that there is', () => {
    for (const name of [null, '', '1y', 'toString']) expect(periodNamed(name)).toBe('7d');
    expect(periodNamed('30d')).toBe('30d');
  });
});
