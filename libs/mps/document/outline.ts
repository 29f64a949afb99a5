const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const OBJECT_START = 0x7b;
const OPENERS = new Set([OBJECT_START, 0x5b]);
const CLOSERS = new Set([0x7d, 0x5d]);

/**
 * A JSON text with every container below `depth` levels replaced by null: enough to see whose notification it is when the
 * whole is too deep or too large to be read. In one pass, without recursion. The text must be JSON.
 */
export function outlineOf(text: string, depth: number): string {
  return walk(text, depth).outline;
}

/**
 * The same of the beginning of a JSON text that is cut off anywhere, made whole in two ways: as it is, with its containers
 * closed; and without what follows the last comma. Where the first is no JSON, it is cut inside a value or a name.
 */
export function completedOutlines(text: string, depth: number): readonly string[] {
  const { outline, closers, comma } = walk(text, depth);
  return [outline + closers, outline.slice(0, comma.at) + comma.closers];
}

interface Walked {
  readonly outline: string;
  /** What would close the containers that are open at the end, and are in the outline. */
  readonly closers: string;
  /** The last comma between two values of the outline: where it stands there, and what would close the containers around it. */
  readonly comma: { readonly at: number; readonly closers: string };
}

function walk(text: string, depth: number): Walked {
  let outline = '';
  let from = 0;
  let level = 0;
  let closers = '';
  let comma = { at: 0, closers };
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
function endOfString(text: string, at: number): number {
  let end = at + 1;
  while (end < text.length && text.charCodeAt(end) !== QUOTE) end += text.charCodeAt(end) === BACKSLASH ? 2 : 1;
  return end;
}
