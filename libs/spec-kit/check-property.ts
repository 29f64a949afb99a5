import * as fc from 'fast-check';

/**
 * Checks a property on many generated cases. A failure prints the seed and the smallest counterexample; `FC_SEED` runs
 * that seed again and `FC_RUNS` sets the number of cases (1,000 unless told).
 */
export function checkProperty<Values>(property: fc.IProperty<Values>, runs = 1000): void {
  fc.assert(property, settings(runs));
}

/** The same for a property of something that takes time; `runs` is 50 unless told, or `FC_RUNS`. */
export async function checkAsyncProperty<Values>(property: fc.IAsyncProperty<Values>, runs = 50): Promise<void> {
  await fc.assert(property, settings(runs));
}

function settings(runs: number): { numRuns: number; seed?: number } {
  const seed = process.env['FC_SEED'];
  return { numRuns: Number(process.env['FC_RUNS'] ?? runs), ...(seed !== undefined && { seed: Number(seed) }) };
}
