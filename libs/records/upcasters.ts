import { CURRENT_VERSION } from './schemas';

/** Converts the data of one version to the next version. It changes the shape, not the meaning; pure and total. */
export type Upcaster = (data: unknown) => unknown;

/** Upcasters to the next version, by the `$id` of the schema that the stored data names. */
export type Upcasters = ReadonlyMap<string, Upcaster>;

/** Empty, since every type is in its first version. */
export const UPCASTERS: Upcasters = new Map();

/**
 * Converts data of an older version to the current one, step by step. Returns null if a step is missing, and for versions above
 * the current one.
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
