/** The value below which a share of a sample lies (nearest rank); NaN of none. */
export function percentile(sample: readonly number[], share: number): number {
  const sorted = [...sample].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

/** The middle value, or the mean of the two in the middle; NaN of none. */
export function median(sample: readonly number[]): number {
  const sorted = [...sample].sort((a, b) => a - b);
  const half = sorted.length / 2;
  return ((sorted[Math.ceil(half) - 1] ?? Number.NaN) + (sorted[Math.floor(half)] ?? Number.NaN)) / 2;
}

/** A median and how far it spreads. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** NaN throughout of none. */
export function spreadOf(sample: readonly number[]): Spread {
  if (sample.length === 0) return { median: Number.NaN, min: Number.NaN, max: Number.NaN };
  return { median: median(sample), min: Math.min(...sample), max: Math.max(...sample) };
}

/** Of two series that were measured in turn: the ratios round by round. Rounds that one of them lacks are left out. */
export function ratiosOf(ones: readonly (number | null)[], others: readonly (number | null)[]): readonly number[] {
  return ones.flatMap((one, round) => {
    const other = others[round] ?? null;
    return one === null || other === null || other === 0 ? [] : [one / other];
  });
}
