import { hash } from 'node:crypto';

import canonicalize from 'canonicalize';

import type { Json } from '@mps-ledger/tasks';

/**
 * The canonical text (RFC 8785: members sorted by UTF-16 code units, numbers as ECMAScript writes them) of a value without
 * numbers that are not finite, such as a normal form. Lone surrogates, which the RFC does not allow, are escaped (`\ud800`).
 */
export function canonicalText(value: Json): string {
  return canonicalize(value) ?? 'null';
}

/** SHA-256 of text (as UTF-8) or bytes, 64 lower-case hex digits. */
export function sha256(content: string | Uint8Array): string {
  return hash('sha256', content);
}

/** SHA-256 of the canonical text, hex. */
export function digestOf(value: Json): string {
  return sha256(canonicalText(value));
}

/** A value as text: a string as itself, anything else as its canonical text. So Definition 10 and "10" are one. */
export function textOf(value: Json): string;
export function textOf(value: Json | undefined): string | undefined;
export function textOf(value: Json | undefined): string | undefined {
  return value === undefined || typeof value === 'string' ? value : canonicalText(value);
}
