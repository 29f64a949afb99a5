import { endOfString } from './outline';

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPENERS = new Set([0x7b, 0x5b]);
const CLOSERS = new Set([0x7d, 0x5d]);

/**
 * The members of a JSON object, each with the text of its value as it stands there: nothing of a number, of the order of members or
 * of equal names within a value is lost. In the order of the text; of equal names the last one counts, at the place of the first.
 * One pass, without recursion. The text must be a JSON object.
 */
export function memberTexts(text: string): ReadonlyMap<string, string> {
  const members = new Map<string, string>();
  let at = text.indexOf('{') + 1;
  for (;;) {
    const opening = text.indexOf('"', at);
    if (opening === -1) return members;
    const closing = endOfString(text, opening);
    const name = JSON.parse(text.slice(opening, closing + 1)) as string;
    const from = text.indexOf(':', closing) + 1;
    const to = endOfValue(text, from);
    members.set(name, text.slice(from, to).trim());
    if (text.charCodeAt(to) !== COMMA) return members;
    at = to + 1;
  }
}

/** The index of the comma or of the bracket that follows the value. */
function endOfValue(text: string, from: number): number {
  let level = 0;
  for (let at = from; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at);
    else if (OPENERS.has(code)) level += 1;
    else if (level === 0 && (code === COMMA || CLOSERS.has(code))) return at;
    else if (CLOSERS.has(code)) level -= 1;
  }
  return text.length;
}
