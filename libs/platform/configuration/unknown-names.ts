import { closest, distance } from 'fastest-levenshtein';

import type { ConfigurationMistake } from './configuration-error';
import { fileVariable, type Environment } from './given-values';

/**
 * Complains of variables that begin with one of the prefixes and that no program knows: nearly always a slip of the
 * pen, which would leave a default in force without a word. `known` are the names of all programs that share an
 * environment, without their `_FILE` forms.
 */
export function unknownNames(
  env: Environment,
  prefixes: readonly string[],
  known: ReadonlySet<string>,
): ConfigurationMistake[] {
  const accepted = new Set(known);
  for (const name of known) {
    const file = fileVariable(name);
    if (file !== null) accepted.add(file);
  }
  return Object.keys(env)
    .filter(
      (name) => env[name] !== undefined && prefixes.some((prefix) => name.startsWith(prefix)) && !accepted.has(name),
    )
    .sort()
    .map((name) => ({ key: name, message: `is no known setting.${didYouMean(name, [...accepted])}` }));
}

/** ` Did you mean NAME?` for the nearest name, or nothing where all are far away. */
export function didYouMean(name: string, known: readonly string[]): string {
  const near = nearest(name, known);
  return near === null ? '' : ` Did you mean ${near}?`;
}

/** A name at most a third of its length away; null where there is none. */
export function nearest(name: string, known: readonly string[]): string | null {
  if (known.length === 0) return null;
  const near = closest(name.toUpperCase(), known);
  return distance(name.toUpperCase(), near) <= Math.max(2, Math.floor(near.length / 3)) ? near : null;
}
