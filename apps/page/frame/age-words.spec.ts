import { ageWords } from './age-words';

describe('the age of the data', () => {
  it.each([
    [0, 'up to date'],
    [15_000, 'up to date'],
    [45_900, '45 s old'],
    [600_000, '10 min old'],
    [7_200_000, '2 h old'],
  ])('of %d ms is shown as %s', (ms, words) => expect(ageWords(ms)).toBe(words));
});
