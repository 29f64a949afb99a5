/**
 * Trigrams of text, as numbers: what the index holds, and what a fragment is looked up by. Ours, since those of pg_trgm depend on
 * the database's locale (with C, text in Chinese has none) and take a right to create an extension.
 */

/** Trigrams that a lookup uses at most: more cost reading and find no less. */
const MAX_LOOKED_UP = 32;

/** The distinct trigrams of all lines of a text, each with its line feed; ascending. */
export function trigramsOf(text: string): readonly number[] {
  const found = new Set<number>();
  for (const line of text.split('\n')) if (line !== '') addTrigrams(`${line}\n`, found);
  return [...found].sort((one, other) => one - other);
}

/**
 * Trigrams that each text with this fragment has, of those that are wanted. Evenly taken from it where there are many; none of fewer than three
 * characters.
 */
export function trigramsOfFragment(
  fragment: string,
  isWanted: (trigram: number) => boolean = () => true,
): readonly number[] {
  const found = new Set<number>();
  addTrigrams(fragment, found);
  const all = [...found].filter(isWanted);
  const step = Math.max(1, all.length / MAX_LOOKED_UP);
  return Array.from({ length: Math.min(all.length, MAX_LOOKED_UP) }, (_, n) => all[Math.floor(n * step)] ?? 0);
}

/** By UTF-16 unit, so that a fragment cut anywhere has trigrams of its text. */
function addTrigrams(text: string, into: Set<number>): void {
  for (let at = 0; at + 3 <= text.length; at += 1)
    into.add(mixed(text.charCodeAt(at), text.charCodeAt(at + 1), text.charCodeAt(at + 2)));
}

/** A signed number of 32 bits, as Postgres' integer is. Two trigrams may share one: what is found is compared as text afterwards. */
function mixed(a: number, b: number, c: number): number {
  let hash = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b) ^ Math.imul(c, 0xc2b2ae35);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) | 0;
}
