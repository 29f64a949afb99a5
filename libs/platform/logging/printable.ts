/** Control characters (C0, DEL, C1), invisible and bidirectional formatting, line and paragraph separators, lone surrogates. */
const UNFIT = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/**
 * A text that may have come from outside, fit for one line of a terminal: whatever a terminal would obey, or would show
 * otherwise than it is, stands as an escape such as `\u001b`. Everything else is as it was.
 */
export function printable(text: string): string {
  return text.replace(UNFIT, (character) => SHORT[character] ?? escaped(character.codePointAt(0) ?? 0));
}

/** The same of a text of several lines, which stay lines. */
export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}

function escaped(code: number): string {
  const digits = code.toString(16);
  return code > 0xffff ? `\\u{${digits}}` : `\\u${digits.padStart(4, '0')}`;
}
