/** Characters of a message that are looked at, and characters of a pattern. */
const LONGEST_MESSAGE = 1_000;
const LONGEST_PATTERN = 160;

/** A run of printable ASCII, which ends at white space and at any other script. */
const WORD = /[!-~]+/g;
/** Letters and digits, also several parted by `-` or `.`: ids, numbers, names of files. */
const TOKEN = /[A-Za-z0-9_]+(?:[-.][A-Za-z0-9_]+)*/g;
const NUMBER = /^[\d.-]+$/;
/** Ends like the name of a file or of a host. */
const NAMED = /\.[a-z]{2,4}$/;
const DIGITS = /\p{Nd}+/gu;
/** What stands several times in a row, as lists of numbers and times do. */
const REPEATED = /(<(?:n|id|name|path|url)>)(?:[ ,.:;x*/&|=-]{0,3}\1)+/g;

/**
 * What messages that differ only in numbers, ids, URLs, paths and names of files have in common: these are replaced by `<n>`, `<id>`,
 * `<url>`, `<path>` and `<name>`. Of a message of any length; at most 160 characters. Words without digits stay as they are.
 */
export function messagePattern(message: string): string {
  const pattern = message
    .slice(0, LONGEST_MESSAGE)
    .replace(WORD, withoutPlaces)
    .replace(TOKEN, withoutNumbers)
    .replace(DIGITS, '<n>')
    .replace(REPEATED, '$1')
    .replace(/\s+/g, ' ')
    .trim();
  const characters = Array.from(pattern);
  return characters.length > LONGEST_PATTERN ? `${characters.slice(0, LONGEST_PATTERN - 1).join('')}…` : pattern;
}

function withoutPlaces(word: string): string {
  if (word.includes('://')) return '<url>';
  return word.startsWith('/') || word.split('/').length > 2 ? '<path>' : word;
}

function withoutNumbers(token: string): string {
  if (NUMBER.test(token)) return '<n>';
  if (/\d/.test(token)) return '<id>';
  return NAMED.test(token) ? '<name>' : token;
}
