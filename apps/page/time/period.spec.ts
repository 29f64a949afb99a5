import { beginOf, firstDayOf, hoursOf, periodNamed } from './period';

describe('a period', () => {
  const now = Date.parse('2026-11-30T12:34:56.000Z');

  it('is of whole hours, the current one included', () => {
    expect(beginOf('24h', now)).toBe('2026-11-29T13:00:00.000Z');
    expect(hoursOf('7d', now)).toHaveLength(168);
    expect(hoursOf('7d', now).at(-1)).toBe(Date.parse('2026-11-30T12:00:00.000Z'));
  });

  it.each(['2026-11-30T00:00:00.000Z', '2026-11-30T12:34:56.000Z', '2026-11-30T23:59:59.999Z'])(
    'begins with the day on which it begins, whatever the hour: %s',
    (at) => {
      expect(firstDayOf('7d', Date.parse(at))).toBe('2026-11-23T00:00:00.000Z');
      expect(firstDayOf('24h', Date.parse(at))).toBe('2026-11-29T00:00:00.000Z');
    },
  );

  it('is a week where none is named, or none that there is', () => {
    for (const name of [null, '', '1y', 'toString']) expect(periodNamed(name)).toBe('7d');
    expect(periodNamed('30d')).toBe('30d');
  });
});
