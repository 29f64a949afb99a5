import { agoWords, clockWords, durationWords, timeWords } from './words';

describe('a time of day', () => {
  it('is exact to the millisecond, in UTC with a Z', () => {
    expect(clockWords('2026-11-30T11:57:00.042Z', 'utc')).toBe('11:57:00.042Z');
    expect(clockWords('2026-11-30T11:57:00.042Z', 'local')).toMatch(/^\d\d:\d\d:00\.042$/);
    expect(clockWords('?', 'utc')).toBe('?');
  });
});

describe('a length of time', () => {
  it.each([
    [-5, '0 ms'],
    [450, '450 ms'],
    [1000, '1 s'],
    [59_999, '59 s'],
    [60_000, '1 min'],
    [3_600_000, '1 h'],
    [200_000_000, '2 d'],
  ])('of %d ms is %s', (ms, words) => expect(durationWords(ms)).toBe(words));
});

describe('a time in the list', () => {
  const now = Date.parse('2026-11-30T12:00:00.000Z');

  it.each([
    ['2026-11-30T11:59:58.000Z', 'just now'],
    ['2026-11-30T12:00:09.000Z', 'just now'],
    ['2026-11-30T11:57:00.000Z', '3 min ago'],
    ['2026-11-24T12:00:00.000Z', '6 d ago'],
    ['no time', 'no time'],
  ])('%s is %s', (instant, words) => expect(agoWords(instant, now)).toBe(words));

  it('is a day when it is more than a week ago', () =>
    expect(agoWords('2026-10-15T12:00:00.000Z', now)).toBe('2026-10-15'));

  it('is exact to the second in UTC, and what is no time stays as it is', () => {
    expect(timeWords('2026-11-30T11:57:00.999Z', 'utc')).toBe('2026-11-30 11:57:00Z');
    expect(timeWords('?', 'local')).toBe('?');
  });
});
