const PLAIN = /^[\x20-\x7e]*$/;
const UNFIT = /[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}]/gu;

/**
 * The text with every code point replaced by U+FFFD that CloudEvents, record headers or a database's text refuse: lone
 * surrogates, control characters (NUL, line feeds and U+0080–U+009F among them) and noncharacters (CloudEvents 1.0.2,
 * type String). The length in code units may shrink (an astral noncharacter becomes one unit), never grow.
 */
export function sanitise(text: string): string {
  return PLAIN.test(text) ? text : text.replace(UNFIT, '\ufffd');
}

const INSTANT = /^(?!0000)\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;
const IN_EVERY_MONTH = /^.{8}(?:[01]\d|2[0-8])/;

/** True for RFC 3339 text in UTC with exactly three decimals that names an existing instant of the years 0001–9999. */
export function isInstant(text: string): boolean {
  if (!INSTANT.test(text)) return false;
  if (IN_EVERY_MONTH.test(text)) return true;
  const instant = new Date(text);
  return !Number.isNaN(instant.getTime()) && instant.toISOString() === text;
}

const DECIMAL = /^(?:0|[1-9]\d{0,15})$/;

/** The non-negative safe integer that a text spells in plain decimal, or null (no sign, no leading zero, no exponent). */
export function parseCount(text: string): number | null {
  if (!DECIMAL.test(text)) return null;
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : null;
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The JSON value that the bytes spell, or null where they are not UTF-8 or not JSON. Never throws. */
export function parseJson(bytes: Uint8Array): { readonly value: unknown } | null {
  try {
    return { value: JSON.parse(strictUtf8.decode(bytes)) as unknown };
  } catch {
    return null;
  }
}
