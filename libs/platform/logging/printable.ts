/** Control characters (C0, DEL, C1), invisible and bidirectional formatting, line and paragraph separators, lone surrogates. */
const UNPRINTABLE_CHARACTERS = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/**
 * Makes a text from outside safe for one line of a terminal: control characters and characters that a terminal would hide or reorder
 * become escapes such as `\u001b`. Everything else is unchanged.
 */
export function printable(text: string): string {
  return text.replace(
    UNPRINTABLE_CHARACTERS,
    (character) => SHORT[character] ?? escaped(character.codePointAt(0) ?? 0),
  );
}

/** Makes a text of several lines safe, like `printable`; line feeds stay. */
export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}

function escaped(code: number): string {
  const digits = code.toString(16);
  return code > 0xffff ? `\\u{${digits}}` : `\\u${digits.padStart(4, '0')}`;
}
