import { readDocument, readText } from './document';
import type { Document, DocumentLimits, Refusal } from './document';

/** Whether a text may hold a JSON object. Only its first characters are matched: a match over megabytes can exhaust the stack. */
export function mayBeObject(text: string): boolean {
  return isJsonObject(text) || isBase64(text);
}

/** Whether a text may be base64 of a JSON object. */
export function isBase64(text: string): boolean {
  return BASE64_OF_OBJECT.test(text.slice(0, 64));
}

/** Base64, in either alphabet, of a text that begins with `{`. */
const BASE64_OF_OBJECT = /^e[w-z0-9+/_-][\w+/=\s-]+$/;

/** Whether a text is read as base64 of a JSON object. */
export function isBase64Document(text: string): boolean {
  return !isJsonObject(text) && isBase64(text);
}

/** What base64 was made of, as a text; empty if it is none. */
export function textOfBase64(text: string): string {
  return new TextDecoder().decode(bytesOfBase64(text));
}

function isJsonObject(text: string): boolean {
  return text.trimStart().startsWith('{');
}

/** Reads a text that holds a JSON object, plain or in base64. Never throws. */
export function readTextObject(text: string, limits?: DocumentLimits): Document | Refusal {
  return isBase64Document(text) ? readDocument(bytesOfBase64(text), limits) : readText(text, limits);
}

/** A body as it was received. */
export type ReceivedBody = Refusal | (Document & { readonly base64: boolean });

/** Reads the bytes of a body: a JSON object in UTF-8, or base64 of one. Never throws. */
export function readBody(bytes: Uint8Array): ReceivedBody {
  const plain = readDocument(bytes);
  if (plain.ok) return { ...plain, base64: false };
  if (plain.code !== 'not-json') return plain;
  const text = new TextDecoder().decode(bytes).trim();
  const wrapped = isBase64(text) ? readDocument(bytesOfBase64(text)) : plain;
  return wrapped.ok ? { ...wrapped, base64: true } : plain;
}

/** The decoded bytes; none if the text is not base64. */
function bytesOfBase64(text: string): Uint8Array {
  try {
    const binary = atob(text.replace(/-/g, '+').replace(/_/g, '/'));
    const bytes = new Uint8Array(binary.length);
    for (let at = 0; at < binary.length; at += 1) bytes[at] = binary.charCodeAt(at);
    return bytes;
  } catch {
    return new Uint8Array();
  }
}
