import { closest, distance } from 'fastest-levenshtein';

import type { ConfigurationMistake } from './configuration-error';
import { fileVariable, type Environment } from './given-values';

export interface KnownNames {
  /** The program's own settings, without their `_FILE` forms. */
  readonly own: readonly string[];
  /** Those of all other programs that share the environment; undefined where they are not known. */
  readonly others: readonly string[] | undefined;
}

/**
 * Complains of variables that begin with one of the prefixes and that no program knows: nearly always a slip of the pen,
 * which would leave a default in force without a word. Where the settings of other programs are not known, only what is
 * near to one of the program's own can be called a slip.
 */
export function unknownNames(
  env: Environment,
  prefixes: readonly string[],
  { own, others }: KnownNames,
): ConfigurationMistake[] {
  const accepted = [...own, ...(others ?? [])].flatMap(bothForms);
  const suspects = Object.keys(env).filter(
    (name) => Boolean(env[name]) && prefixes.some((prefix) => name.startsWith(prefix)) && !accepted.includes(name),
  );
  return suspects.sort().flatMap((key) => {
    const meant = didYouMean(key, accepted);
    return meant === '' && others === undefined ? [] : [{ key, message: `is no known setting.${meant}` }];
  });
}

function bothForms(name: string): readonly string[] {
  const file = fileVariable(name);
  return file === null ? [name] : [name, file];
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
