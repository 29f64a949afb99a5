const NOT_PLAIN = /[^\x20-\x7e]/;
const FORBIDDEN_CHARACTERS = /[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}]/gu;

/**
 * Replaces every code point that CloudEvents, record headers or Postgres text reject with U+FFFD: lone surrogates, control
 * characters (including NUL, line feeds and U+0080–U+009F) and noncharacters (CloudEvents 1.0.2, type String). The length in code
 * units may shrink (an astral noncharacter becomes one unit), never grow.
 */
export function sanitise(text: string): string {
  return NOT_PLAIN.test(text) ? text.replace(FORBIDDEN_CHARACTERS, '\ufffd') : text;
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

/** Whether a value is a text for which `isInstant` is true. */
export function isTime(value: unknown): value is string {
  return typeof value === 'string' && isInstant(value);
}

const DECIMAL = /^(?:0|[1-9]\d{0,15})$/;

/** Parses a non-negative safe integer in plain decimal (no sign, no leading zero, no exponent); null for any other text. */
export function parseCount(text: string): number | null {
  if (!DECIMAL.test(text)) return null;
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : null;
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Decodes UTF-8, keeping a byte order mark; null if the bytes are not UTF-8. Never throws. */
export function utf8Text(bytes: Uint8Array): string | null {
  try {
    return strictUtf8.decode(bytes);
  } catch {
    return null;
  }
}

/** Parses bytes as JSON; null if they are not UTF-8 or not JSON. Never throws. */
export function parseJson(bytes: Uint8Array): { readonly value: unknown } | null {
  try {
    return { value: JSON.parse(strictUtf8.decode(bytes)) as unknown };
  } catch {
    return null;
  }
}

const RESERVED = /[^\w.~-]/;
const LONE_SURROGATE = /^\p{Cs}$/u;
const LONE_OR_NOT = /\p{Cs}|\P{Cs}+/gu;

/**
 * Encodes a text in printable ASCII: percent-encoded UTF-8 (RFC 3986, all but unreserved characters). Lone surrogates, which UTF-8
 * cannot encode, become the three bytes of WTF-8.
 */
export function toPercentText(text: string): string {
  if (!RESERVED.test(text)) return text;
  const encoded = text.replace(LONE_OR_NOT, (part) =>
    LONE_SURROGATE.test(part) ? percentOfSurrogate(part) : encodeURIComponent(part),
  );
  return encoded.replace(/[!'()*]/g, (sign) => `%${hex(sign.charCodeAt(0))}`);
}

/** Decodes percent-encoded text; null unless `toPercentText` would write exactly this. */
export function fromPercentText(spelled: string): string | null {
  if (!RESERVED.test(spelled)) return spelled;
  try {
    const text = spelled
      .split(ENCODED_SURROGATE)
      .map((part, at) => (at % 2 === 0 ? decodeURIComponent(part) : surrogateOf(part)))
      .join('');
    return toPercentText(text) === spelled ? text : null;
  } catch {
    return null;
  }
}

const ENCODED_SURROGATE = /(%ED%[AB][0-9A-F]%[89AB][0-9A-F])/;

function percentOfSurrogate(surrogate: string): string {
  const code = surrogate.charCodeAt(0);
  return `%ED%${hex(0x80 | ((code >> 6) & 0x3f))}%${hex(0x80 | (code & 0x3f))}`;
}

function surrogateOf(encoded: string): string {
  const second = parseInt(encoded.slice(4, 6), 16);
  const third = parseInt(encoded.slice(7, 9), 16);
  return String.fromCharCode(0xd000 | ((second & 0x3f) << 6) | (third & 0x3f));
}

function hex(byte: number): string {
  return byte.toString(16).toUpperCase().padStart(2, '0');
}
