const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENERS = new Set([0x7b, 0x5b]);
const CLOSERS = new Set([0x7d, 0x5d]);

/**
 * A JSON text with every container below `depth` levels replaced by null: enough to see whose notification it is when the
 * whole is too deep or too large to be read. In one pass, without recursion. The text must be JSON.
 */
export function outlineOf(text: string, depth: number): string {
  let outline = '';
  let from = 0;
  let level = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at);
    else if (OPENERS.has(code)) {
      level += 1;
      if (level === depth + 1) outline += `${text.slice(from, at)}null`;
    } else if (CLOSERS.has(code)) {
      if (level === depth + 1) from = at + 1;
      level -= 1;
    }
  }
  return outline + text.slice(from);
}

/** The index of the closing quote of the string that opens at `at`. */
function endOfString(text: string, at: number): number {
  let end = at + 1;
  while (end < text.length && text.charCodeAt(end) !== QUOTE) end += text.charCodeAt(end) === BACKSLASH ? 2 : 1;
  return end;
}
