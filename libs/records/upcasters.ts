import { CURRENT_VERSION } from './schemas';

/** Turns the data of one version into that of the next. Changes shape, never meaning; pure and total. */
export type Upcaster = (data: unknown) => unknown;

/** By the `$id` of the schema that the data on the log names: the step to the version after it. */
export type Upcasters = ReadonlyMap<string, Upcaster>;

/** Every type is in its first version, so there is no step yet. */
export const UPCASTERS: Upcasters = new Map();

/**
 * Brings data of an older version to the current one, step by step. Answers null where a step is missing, also for
 * versions that are not written yet.
 */
export function upcast(
  upcasters: Upcasters,
  type: string,
  version: number,
  data: unknown,
  current = CURRENT_VERSION,
): { readonly data: unknown } | null {
  if (version > current) return null;
  let upcasted = data;
  for (let from = version; from < current; from += 1) {
    const step = upcasters.get(`urn:mps-ledger:schema:${type}:${from}`);
    if (step === undefined) return null;
    upcasted = step(upcasted);
  }
  return { data: upcasted };
}
