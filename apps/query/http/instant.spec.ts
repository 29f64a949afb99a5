import { instantOf } from './instant';

describe('a time in a query', () => {
  it.each([
    ['2026-11-22T09:00:00Z', '2026-11-22T09:00:00.000Z'],
    ['2026-11-22t09:00:00.5z', '2026-11-22T09:00:00.500Z'],
    ['2026-11-22T09:00:00+08:00', '2026-11-22T01:00:00.000Z'],
  ])('%s is %s', (text, instant) => {
    expect(instantOf(text)).toBe(instant);
  });

  it.each([
    '',
    'now',
    '2026-11-22',
    '2026-11-22 09:00:00Z',
    '2026-11-22T09:00:00',
    '2026-02-30T09:00:00Z',
    '0000-01-01T00:00:00Z',
  ])('%j is none', (text) => {
    expect(instantOf(text)).toBeNull();
  });
});
