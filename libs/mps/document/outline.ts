const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const OBJECT_START = 0x7b;
const OPENERS = new Set([OBJECT_START, 0x5b]);
const CLOSERS = new Set([0x7d, 0x5d]);

/**
 * Replaces every container below `depth` levels of a JSON text with null. This is enough to find the task of a notification that is
 * too deep or too large to be read. One pass, without recursion. The text must be JSON.
 */
export function outlineOf(text: string, depth: number): string {
  return walk(text, depth).outline;
}

/**
 * Outlines of a truncated JSON text, completed in two ways: with its open containers closed, and also without what follows the last
 * comma. If the first is not JSON, the text was cut inside a value or a name.
 */
export function completedOutlines(text: string, depth: number): readonly string[] {
  const { outline, closers, comma } = walk(text, depth);
  return [outline + closers, outline.slice(0, comma.at) + comma.closers];
}

interface Walked {
  readonly outline: string;
  /** The brackets that close the containers of the outline that are open at its end. */
  readonly closers: string;
  /** The last comma of the outline: its index, and the brackets that close the containers around it. */
  readonly comma: { readonly at: number; readonly closers: string };
}

function walk(text: string, depth: number): Walked {
  let outline = '';
  let from = 0;
  let level = 0;
  let closers = '';
  let comma = { at: 0, closers };
  // Stryker disable next-line EqualityOperator: beyond the end is NaN, which is no character
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at);
    else if (code === COMMA) {
      if (level <= depth) comma = { at: outline.length + at - from, closers };
    } else if (OPENERS.has(code)) {
      level += 1;
      if (level === depth + 1) outline += `${text.slice(from, at)}null`;
      if (level <= depth) closers = (code === OBJECT_START ? '}' : ']') + closers;
    } else if (CLOSERS.has(code)) {
      if (level === depth + 1) from = at + 1;
      if (level <= depth) closers = closers.slice(1);
      level -= 1;
    }
  }
  return { outline: level > depth ? outline : outline + text.slice(from), closers, comma };
}

/** The index of the closing quote of the string that opens at `at`. */
export function endOfString(text: string, at: number): number {
  let end = at + 1;
  // Stryker disable next-line EqualityOperator: beyond the end is NaN, which is no character
  while (end < text.length && text.charCodeAt(end) !== QUOTE) end += text.charCodeAt(end) === BACKSLASH ? 2 : 1;
  return end;
}
