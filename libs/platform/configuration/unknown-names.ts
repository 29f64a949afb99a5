import { closest, distance } from 'fastest-levenshtein';

import type { ConfigurationMistake } from './configuration-error';
import { fileVariable, type Environment } from './given-values';
import { isSimilarName, isMisspelling } from './misspelling';

export interface KnownNames {
  /** The program's own settings, without their `_FILE` forms. */
  readonly own: readonly string[];
  /** The settings of all other programs that share the environment; undefined if they are not known. */
  readonly others: readonly string[] | undefined;
}

/** Unknown variables: certain errors, and possible ones. */
export interface UnknownNames {
  readonly mistakes: readonly ConfigurationMistake[];
  /** Possible errors, which may belong to another program. */
  readonly warnings: readonly ConfigurationMistake[];
}

/**
 * Finds variables that no program knows. They are nearly always misspelled, and the default would silently apply. An unknown
 * variable with one of the prefixes is an error; if the settings of other programs are not known, only if it is similar to one of
 * the program's own. Of all others, a misspelled known name (see `isMisspelling`) is an error, and a warning if the known name is
 * set too, or the names are less similar.
 */
export function unknownNames(env: Environment, prefixes: readonly string[], { own, others }: KnownNames): UnknownNames {
  const accepted = [...own, ...(others ?? [])].flatMap(bothForms);
  const unknown = Object.keys(env).filter((name) => Boolean(env[name]) && !accepted.includes(name));
  const found = { mistakes: [] as ConfigurationMistake[], warnings: [] as ConfigurationMistake[] };
  for (const key of unknown.sort()) {
    if (prefixes.some((prefix) => key.startsWith(prefix))) {
      const meant = didYouMean(key, accepted);
      if (meant !== '' || others !== undefined) found.mistakes.push({ key, message: `is no known setting.${meant}` });
    } else {
      const slip = accepted.find((known) => isMisspelling(key, known));
      const meant = slip ?? accepted.find((known) => isSimilarName(key, known));
      if (meant === undefined) continue;
      const isMistake = slip !== undefined && !env[slip];
      found[isMistake ? 'mistakes' : 'warnings'].push({ key, message: `is no known setting. Did you mean ${meant}?` });
    }
  }
  return found;
}

function bothForms(name: string): readonly string[] {
  const file = fileVariable(name);
  return file === null ? [name] : [name, file];
}

/** ` Did you mean NAME?` for the nearest name; empty if none is near. */
export function didYouMean(name: string, known: readonly string[]): string {
  const near = nearest(name, known);
  return near === null ? '' : ` Did you mean ${near}?`;
}

/** The nearest known name within an edit distance of a third of its length; null if there is none. */
export function nearest(name: string, known: readonly string[]): string | null {
  if (known.length === 0) return null;
  const near = closest(name.toUpperCase(), known);
  return distance(name.toUpperCase(), near) <= Math.max(2, Math.floor(near.length / 3)) ? near : null;
}
