import * as fc from 'fast-check';

/**
 * Checks a property with many generated cases. A failure prints the seed and the smallest counterexample; `FC_SEED` repeats that seed,
 * and `FC_RUNS` sets the number of cases (default 1,000).
 */
export function checkProperty<Values>(property: fc.IProperty<Values>, runs = 1000): void {
  fc.assert(property, settings(runs));
}

/** Checks an asynchronous property, like `checkProperty`; by default with 50 cases. */
export async function checkAsyncProperty<Values>(property: fc.IAsyncProperty<Values>, runs = 50): Promise<void> {
  await fc.assert(property, settings(runs));
}

function settings(runs: number): { numRuns: number; seed?: number } {
  const seed = process.env['FC_SEED'];
  return { numRuns: Number(process.env['FC_RUNS'] ?? runs), ...(seed !== undefined && { seed: Number(seed) }) };
}
