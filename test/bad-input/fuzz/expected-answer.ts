/** What must be answered to bytes, by the word of the JavaScript engine; null where it has none. */
export interface ExpectedOfBody {
  readonly status: 200 | 400;
  readonly code: 'not-utf8' | 'not-json' | 'not-an-object' | null;
}

/** A judgement of its own: UTF-8 with at most one byte order mark, one JSON text, an object. */
export function expectedOf(bytes: Uint8Array): ExpectedOfBody | null {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return { status: 400, code: 'not-utf8' };
  }
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? { status: 200, code: null } : { status: 400, code: 'not-an-object' };
  } catch (error) {
    return error instanceof SyntaxError ? { status: 400, code: 'not-json' } : null;
  }
}
