import { distance } from 'fastest-levenshtein';

/** Below this, a letter makes another name of a short word: APP_PORT is none of API_PORT. */
const LONG_NAME = 10;
const LONG_WORD = 4;
/** Edits up to which a name is perhaps meant for another. */
const DOUBTFUL = 1;

/**
 * Whether a variable's name is another one misspelt: other capitals or underscores, a plural, a letter too many, too few,
 * wrong or at the wrong place in one word, or another unit of time.
 */
export function isSlip(name: string, known: string): boolean {
  const given = name.toUpperCase();
  if (squashed(given) === squashed(known) || withoutUnit(given) === withoutUnit(known)) return true;
  const [words, knownWords] = [given.split('_'), known.split('_')];
  if (words.length !== knownWords.length) return false;
  const differing = words.flatMap((word, i) => (word === knownWords[i] ? [] : [[word, knownWords[i] ?? ''] as const]));
  const isLong = known.length >= LONG_NAME;
  if (differing.length > (isLong ? 2 : 1)) return false;
  return differing.every(([word, knownWord]) => isSlipOfWord(word, knownWord, isLong));
}

/** Whether a name may be meant for another, and may well be some other program's. */
export function isDoubtful(name: string, known: string): boolean {
  return distance(name.toUpperCase(), known) <= DOUBTFUL;
}

function isSlipOfWord(word: string, known: string, inLongName: boolean): boolean {
  if (word === `${known}S` || known === `${word}S` || isTransposed(word, known)) return true;
  return distance(word, known) === 1 && (inLongName || Math.min(word.length, known.length) >= LONG_WORD);
}

/** Two neighbours changed places. */
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
