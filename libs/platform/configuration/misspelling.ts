import { distance } from 'fastest-levenshtein';

/** In shorter names and words a different letter makes a different name: APP_PORT is not a misspelling of API_PORT. */
const MIN_LONG_NAME_LENGTH = 10;
const MIN_LONG_WORD_LENGTH = 4;
/** Number of edits up to which a name counts as similar to another. */
const MAX_EDITS_SIMILAR = 1;

/**
 * Whether a variable's name is a misspelling of a known name: different capitals or underscores, a plural, an added, missing, wrong
 * or swapped letter in one word, or another unit of time.
 */
export function isMisspelling(name: string, known: string): boolean {
  const given = name.toUpperCase();
  if (squashed(given) === squashed(known) || withoutUnit(given) === withoutUnit(known)) return true;
  const [words, knownWords] = [given.split('_'), known.split('_')];
  if (words.length !== knownWords.length) return false;
  const differing = words.flatMap((word, i) => (word === knownWords[i] ? [] : [[word, knownWords[i] ?? ''] as const]));
  const isLong = known.length >= MIN_LONG_NAME_LENGTH;
  if (differing.length > (isLong ? 2 : 1)) return false;
  return differing.every(([word, knownWord]) => isMisspelledWord(word, knownWord, isLong));
}

/** Whether a name resembles a known name, but may belong to another program. */
export function isSimilarName(name: string, known: string): boolean {
  return distance(name.toUpperCase(), known) <= MAX_EDITS_SIMILAR;
}

function isMisspelledWord(word: string, known: string, inLongName: boolean): boolean {
  if (word === `${known}S` || known === `${word}S` || isTransposed(word, known)) return true;
  return distance(word, known) === 1 && (inLongName || Math.min(word.length, known.length) >= MIN_LONG_WORD_LENGTH);
}

/** Whether two neighbouring letters are swapped. */
function isTransposed(word: string, known: string): boolean {
  if (word.length !== known.length) return false;
  const at = Array.from(word, (letter, i) => letter !== known[i]).indexOf(true);
  const swapped = `${known.slice(0, at)}${known[at + 1] ?? ''}${known[at] ?? ''}${known.slice(at + 2)}`;
  return at >= 0 && word === swapped;
}

function squashed(name: string): string {
  return name.replace(/[^A-Z0-9]/g, '');
}

function withoutUnit(name: string): string {
  return name.replace(/_(?:MS|MILLIS|S|SEC|SECONDS)$/, '');
}
