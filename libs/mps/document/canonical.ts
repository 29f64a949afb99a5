import { hash } from 'node:crypto';

import canonicalize from 'canonicalize';

import { keyForm } from '@mps-ledger/tasks';
import type { Json } from '@mps-ledger/tasks';

/**
 * The canonical text (RFC 8785: members sorted by UTF-16 code units, numbers as ECMAScript writes them) of a value whose
 * numbers are all finite. Lone surrogates, which the RFC does not allow, are escaped (`\ud800`).
 */
export function canonicalText(value: Json): string {
  // Stryker disable next-line StringLiteral: canonicalize answers undefined for undefined only
  return canonicalize(value) ?? 'null';
}

/** A member name, or a text in an array, that begins with a digit. */
const DIGIT_FIRST = /[{,]"\d/;

/**
 * The canonical text of a value whose members are already in canonical order, as in content form. This is the result of
 * `JSON.stringify`, except for names that look like integers, which JavaScript puts first in numeric order.
 */
export function textOfSorted(value: Json): string {
  const text = JSON.stringify(value);
  return DIGIT_FIRST.test(text) ? canonicalText(value) : text;
}

/** SHA-256 of text (as UTF-8) or bytes, 64 lower-case hex digits. */
export function sha256(content: string | Uint8Array): string {
  return hash('sha256', content);
}

/** SHA-256 (hex) of the canonical text of a value whose members are in canonical order. */
export function digestOfSorted(value: Json): string {
  return sha256(textOfSorted(value));
}

/** A value in content form as text: a string as itself, anything else as its canonical text. */
export function textOf(value: Json): string;
export function textOf(value: Json | undefined): string | undefined;
export function textOf(value: Json | undefined): string | undefined {
  return value === undefined || typeof value === 'string' ? value : textOfSorted(value);
}

/** A value's key form as text. Definition 10 and "10" give the same text. */
export function keyTextOf(value: Json): string {
  return textOf(keyForm(value));
}
