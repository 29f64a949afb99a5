import { median, percentile, ratiosOf, spreadOf } from './statistics';

describe('a percentile', () => {
  it.each([
    [[3, 1, 2], 0.5, 2],
    [[1, 2, 3, 4], 0.5, 2],
    [Array.from({ length: 100 }, (_, at) => at + 1), 0.99, 99],
    [Array.from({ length: 100 }, (_, at) => at + 1), 1, 100],
    [[7], 0.01, 7],
  ])('of %j at %d is a value of the sample: %d', (sample, share, wanted) => {
    expect(percentile(sample, share)).toBe(wanted);
  });

  it('of nothing is not a number', () => {
    expect(percentile([], 0.5)).toBeNaN();
  });
});

describe('a median', () => {
  it('is the middle value, or lies between the two in the middle', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([9, 1, 5, 7])).toBe(6);
    expect(median([])).toBeNaN();
  });

  it('comes with how far the sample spreads', () => {
    expect(spreadOf([2, 8, 5])).toEqual({ median: 5, min: 2, max: 8 });
    expect(spreadOf([])).toEqual({ median: NaN, min: NaN, max: NaN });
  });
});

describe('ratios', () => {
  it('are of what was measured in the same round', () => {
    expect(ratiosOf([10, 30, 50], [20, 10, 50])).toEqual([0.5, 3, 1]);
  });

  it('leave out a round that one of them lacks, or that came to nothing', () => {
    expect(ratiosOf([10, null, 50, 5], [20, 10, null, 0])).toEqual([0.5]);
  });
});
