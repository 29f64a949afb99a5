import * as fc from 'fast-check';

/**
 * Checks a property on many generated cases. A failure prints the seed and the smallest counterexample; `FC_SEED` runs
 * that seed again and `FC_RUNS` sets the number of cases (1,000 unless told).
 */
export function checkProperty<Values>(property: fc.IProperty<Values>, runs = 1000): void {
  const seed = process.env['FC_SEED'];
  fc.assert(property, {
    numRuns: Number(process.env['FC_RUNS'] ?? runs),
    ...(seed !== undefined && { seed: Number(seed) }),
  });
}
