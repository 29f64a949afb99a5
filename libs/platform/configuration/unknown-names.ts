import { closest, distance } from 'fastest-levenshtein';

import type { ConfigurationMistake } from './configuration-error';
import { fileVariable, type Environment } from './given-values';
import { isDoubtful, isSlip } from './slip';

export interface KnownNames {
  /** The program's own settings, without their `_FILE` forms. */
  readonly own: readonly string[];
  /** Those of all other programs that share the environment; undefined where they are not known. */
  readonly others: readonly string[] | undefined;
}

/** What is wrong with the names of variables, and what only may be. */
export interface UnknownNames {
  readonly mistakes: readonly ConfigurationMistake[];
  /** Worth a warning: perhaps some other program's. */
  readonly doubts: readonly ConfigurationMistake[];
}

/**
 * Finds variables that no program knows and that are nearly always a slip of the pen, which would leave a default in force
 * without a word. Of those that begin with one of the prefixes each is a mistake; where the settings of other programs are
 * not known, only what is near to one of the program's own. Of all others, a mistake is what is a known name misspelt (see
 * `isSlip`); where that is set as well, or the likeness is weaker, there is a doubt.
 */
export function unknownNames(env: Environment, prefixes: readonly string[], { own, others }: KnownNames): UnknownNames {
  const accepted = [...own, ...(others ?? [])].flatMap(bothForms);
  const unknown = Object.keys(env).filter((name) => Boolean(env[name]) && !accepted.includes(name));
  const found = { mistakes: [] as ConfigurationMistake[], doubts: [] as ConfigurationMistake[] };
  for (const key of unknown.sort()) {
    if (prefixes.some((prefix) => key.startsWith(prefix))) {
      const meant = didYouMean(key, accepted);
      if (meant !== '' || others !== undefined) found.mistakes.push({ key, message: `is no known setting.${meant}` });
    } else {
      const slip = accepted.find((known) => isSlip(key, known));
      const meant = slip ?? accepted.find((known) => isDoubtful(key, known));
      if (meant === undefined) continue;
      const isMistake = slip !== undefined && !env[slip];
      found[isMistake ? 'mistakes' : 'doubts'].push({ key, message: `is no known setting. Did you mean ${meant}?` });
    }
  }
  return found;
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
